// What a user should know before trusting a fitted model: how it differs from majority vote, how much the rules overlap, which
// rules look wrong, which repeat each other. Thresholds are judgement; the text says what was counted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/models/auto_experts.h"
#include "runtime/models/correlations.h"
#include "runtime/models/label_model.h"
#include "runtime/models/statistics.h"
#include "runtime/models/vote_lists.h"

namespace assay {

struct Diagnostics {
  struct Doubt {  // of one class that one rule votes
    uint32_t rule = 0;
    uint32_t vote = 0;
    double value = 0;   // precision, or coverage
    double beside = 0;  // what it is compared with
  };

  std::string method;
  std::optional<Regime> regime;             // of `auto`
  std::vector<std::string> rules, classes;  // names
  double rows = 0, covered = 0, overlapped = 0;
  double share_of_several = 0;        // of the votes, from rules that vote several classes
  double unipolar_votes_per_row = 0;  // on covered rows, votes of rules that vote one class
  // What only rows tell is not known where there are too many distinct ones to keep: these two and the collapse.
  bool rows_compared = false;
  double changed = 0;                 // covered rows where the model's label is not that of majority vote
  double changed_ties = 0;            // ... and majority vote is tied
  bool precision_known = false;
  std::vector<Doubt> worse_than_chance;  // precision by the model is at most the class's share
  std::vector<Doubt> broad;              // a class voted on more than 30 % of the rows
  std::vector<RulePair> redundant;
  bool pairs_measured = false;
  std::optional<Doubt> collapse;  // a class (`vote`) whose mean probability is more than 1.5 times its share of the votes

  // Lines of text: what is always told, and of the rest what alarms and matters to the method.
  std::vector<std::string> Notes() const;
  // An object with all of it.
  std::string ToJson() const;
};

// `posterior` [patterns, classes] is the model's over the lists.
Diagnostics Diagnose(const VoteLists& lists, const std::vector<double>& posterior, const LabelModel& model);
// The same of any model over any votes of its rules. Looking for redundant pairs costs the squared votes of each pattern.
Diagnostics Diagnose(const PatternTable& patterns, const LabelModel& model);
// What counts of votes and of pairs tell, without rows: precisions and expected pairs are those of the model's own
// `Conditional`, where it has one.
Diagnostics Diagnose(const VoteMoments& moments, const LabelModel& model);

}  // namespace assay

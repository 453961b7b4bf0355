// What the rules themselves show of their votes' dependence: two rules that are the same, one that fires only where another
// does, rules that look for the same words or ask the same questions. A label model that takes such rules for independent
// witnesses is too sure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/graph/rule_graph.h"

namespace assay {

struct RuleCorrelation {
  enum class Kind : uint8_t {
    kSame,     // they fire in the same rows
    kImplies,  // the first fires only where the second does
    kShares,   // they have tests in common
  };

  RuleId first, second;
  Kind kind = Kind::kShares;
  uint32_t shared = 0;                    // tests in common: words, patterns, other conditions
  uint32_t of_first = 0, of_second = 0;   // tests of each
  std::vector<std::string> examples;      // of the shared tests, a few

  // Of the tests of the rule that has fewer.
  double share() const;
  // Enough in common to be told to a label model.
  bool strong() const { return kind != Kind::kShares || share() >= 0.5; }
};
std::string_view NameOf(RuleCorrelation::Kind kind);

// Of rules of one task, the strongest first; of the graph after the passes, with parameters bound. What is common to very
// many rules is no sign, and the search for implications has a limit: what is found is true, not all that is true is found.
std::vector<RuleCorrelation> FindRuleCorrelations(const RuleGraph& graph);

}  // namespace assay

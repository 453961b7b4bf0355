// Iterated agreement (V): a rule is worth how often it agrees with the others' weighted vote, shrunk towards the mean rule.
#pragma once

#include <vector>

#include "runtime/models/vote_lists.h"

namespace assay {

struct Agreement {
  std::vector<double> accuracy;  // [rules]; of a rule without votes, the mean
  std::vector<double> weight;    // [rules], log odds of a vote, at least .01
};

// `posterior` becomes the expert's own [patterns, classes].
Agreement FitAgreement(const VoteLists& lists, int64_t rounds, std::vector<double>& posterior);

}  // namespace assay

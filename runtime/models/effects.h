// Explaining a row for models whose scores do not add up over votes.
#pragma once

#include <span>

#include "runtime/models/label_model.h"

namespace assay {

// Each vote's effect on the log-probabilities: the mean of what it changes when votes are added in the order of the rules and
// when they are added in reverse. So effects and prior add up to the row's log-odds. Two predictions a vote.
Explanation ExplainByEffects(const LabelModel& model, std::span<const int32_t> votes);

}  // namespace assay

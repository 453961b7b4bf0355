// What is fitted to the votes of one task: the options of the command line, completed by what the rules advise and by the pairs
// of rules that depend on each other. Known before the first row is read, since it decides what is kept of the votes.
#pragma once

#include "compiler/command/options.h"
#include "compiler/driver/compile.h"
#include "runtime/base/result.h"
#include "runtime/models/label_model.h"
#include "runtime/votes/vote_planes.h"

namespace assay {

struct FitPlan {
  FitOptions options;
  bool gold_balance = false;  // the balance is that of the gold, which is known at the end
};

// `compilation` may be absent: votes from a file come with no advice.
Result<FitPlan> PlanFit(const FitRequest& request, const VoteLayout& layout, const Compilation* compilation);

}  // namespace assay

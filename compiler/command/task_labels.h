// Labels of several tasks that belong together: each row's probabilities are those of all its tasks at once, and a child
// has a label only where its parent has the label that it refines.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "compiler/command/vote_collector.h"
#include "compiler/command/vote_source.h"
#include "runtime/base/result.h"
#include "runtime/models/decide.h"
#include "runtime/models/label_files.h"
#include "runtime/models/tasks.h"

namespace assay {

// The tasks that a source votes for: what `--tasks FILE` says, else what the rules say.
Result<TaskGraph> TaskGraphOf(const VoteSource& source);

// A model a task, fitted to what the collectors hold; the tasks are those of the collectors, in their order.
Result<TaskModels> FitTasks(const std::vector<VoteCollector>& collectors, TaskGraph graph);

// For `label --model-file`: whether votes are of the models' tasks, rules and classes.
Status CheckTasksFit(const TaskModels& models, const std::vector<VoteLayout>& layouts);

// Labels every row of every task. The writers stand beside the tasks.
Status LabelTaskRows(const std::vector<VoteCollector>& collectors, const TaskModels& models, const DecideOptions& options,
                     std::span<LabelWriter* const> writers);

}  // namespace assay

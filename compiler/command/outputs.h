// The files that a run writes: opened before the work, so that a path that cannot be written is known at once, and
// closed (which is when they appear) after all of it has succeeded.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/io/write_votes.h"
#include "runtime/models/label_files.h"
#include "runtime/votes/classes.h"

namespace assay {

// One path a task: `votes.csv`, or with several tasks `votes.Topic.csv`, `votes.Tone.csv`.
std::vector<std::string> PathsForTasks(const std::string& path, const std::vector<VoteLayout>& layouts);

// An error where two outputs have the same path.
Status RequireDistinctOutputs(const std::vector<std::string>& paths);

class Outputs {
 public:
  // Paths may be empty: not wanted. The layouts must outlive this.
  Status Open(const std::string& votes, const std::string& slices, const std::string& labels,
              const std::vector<VoteLayout>& layouts, const std::vector<std::string>& slice_names,
              std::span<const Field> fields);

  Status AppendVotes(size_t task, const VotePlanes& planes, const Batch* batch, std::span<const int32_t> gold);
  Status AppendSlices(const VotePlanes& planes);
  LabelWriter* labels(size_t task) { return labels_.empty() ? nullptr : labels_[task].get(); }
  bool wants_labels() const { return !labels_.empty(); }
  bool wants_votes() const { return !votes_.empty(); }

  Status Close();

 private:
  std::vector<std::unique_ptr<VoteWriter>> votes_;
  std::unique_ptr<VoteWriter> slices_;
  std::vector<std::unique_ptr<LabelWriter>> labels_;
};

}  // namespace assay

// Votes from files: CSV with a header or without, .npy of integers, and the weak_labels of WRENCH JSON.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/votes/vote_matrix.h"

namespace assay {

struct ReadVotesOptions {
  ClassList classes;  // lets cells be names of classes; empty: only ids
  const std::atomic<bool>* interrupt = nullptr;
};

struct VoteFile {
  VoteMatrix matrix;
  std::vector<int32_t> gold;  // WRENCH JSON that has labels: class ids; else empty
};

// By the file's ending: .npy, .json (WRENCH), .jsonl (what WriteVotes makes; needs nothing else), anything else is CSV.
// Rules without names are called "rule_0", "rule_1", ... An abstention is -1 or an empty cell.
Result<VoteFile> ReadVotes(const std::string& path, const ReadVotesOptions& options = {});

}  // namespace assay

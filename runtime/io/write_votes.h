// Votes and slices to files, batch by batch; the format is the file's ending: .csv, .npy, .jsonl, .json (WRENCH).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/graph/rule_graph.h"
#include "runtime/votes/vote_planes.h"

namespace assay {

class VoteWriter {
 public:
  virtual ~VoteWriter() = default;

  // The votes of the next rows. `batch` and `gold` are written by WRENCH JSON alone; both may be empty (nullptr).
  virtual Status Append(const VotePlanes& planes, const Batch* batch, std::span<const int32_t> gold) = 0;
  // Finishes the file: without Close nothing is left at its path.
  virtual Status Close() = 0;
};

// A path whose ending is none of those is a usage error; /dev/ and "-" are CSV. `fields` name the columns of the batches
// (WRENCH JSON); they must outlive the writer, as must `layout`.
Result<std::unique_ptr<VoteWriter>> CreateVoteWriter(const std::string& path, const VoteLayout& layout,
                                                     std::span<const Field> fields = {});

// Slices: a plane a slice, 0/1, in the same formats (.csv, .npy, .jsonl with the names of the slices a row is in).
Result<std::unique_ptr<VoteWriter>> CreateSliceWriter(const std::string& path, std::vector<std::string> names);

// "votes.csv" and "Topic" -> "votes.Topic.csv": where the votes of one of several tasks go.
std::string PathForTask(const std::string& path, const std::string& task);

}  // namespace assay

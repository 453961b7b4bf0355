// Labels to and from files. Written batch by batch: .csv (`row,label,confidence,p_CLASS...,votes`), .npy (float64 [rows,
// classes]) or .jsonl, by the file's ending. `votes`, how many rules voted on the row, is there where the writer is told to
// keep it; without it nobody can tell a tie of votes from a row that no rule votes on.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/votes/classes.h"

namespace assay {

class LabelWriter {
 public:
  virtual ~LabelWriter() = default;
  // The next rows: the label of each as index of its class (-1: none) and the probabilities [rows, classes].
  // `votes`: how many each row has; read only where the writer was created to keep it.
  virtual Status Append(std::span<const int32_t> labels, std::span<const double> probabilities,
                        std::span<const uint32_t> votes = {}) = 0;
  virtual Status Close() = 0;  // without it nothing is left at the path
};

Result<std::unique_ptr<LabelWriter>> CreateLabelWriter(const std::string& path, const ClassList& classes,
                                                       bool with_votes = false);

struct LabelFile {
  ClassList classes;
  std::vector<int32_t> labels;         // indices of classes, -1: none
  std::vector<double> probabilities;   // [rows, classes]; empty when the file has none
  std::vector<uint32_t> votes;         // a row; empty when the file has none
};

// Reads what a LabelWriter wrote, or a column of labels, one a line. `classes` may be empty where the file names its own
// (p_CLASS columns); a .npy file names none and gets the labels of its largest probabilities, none where they are tied.
Result<LabelFile> ReadLabels(const std::string& path, const ClassList& classes);

}  // namespace assay

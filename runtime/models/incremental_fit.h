// Fits that go on, and fits of parts: votes are counted as they come, parts that were counted elsewhere are merged, and the
// model of all of them is fitted when asked for. What is kept is what the method needs, counts of pairs or distinct
// patterns; so the model is the same, to the last bit, however the rows were divided and in whatever order they came.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "runtime/base/result.h"
#include "runtime/models/label_model.h"
#include "runtime/models/statistics.h"

namespace assay {

class IncrementalFit {
 public:
  // `layout`: of the planes that will come. Unknown methods are usage errors; other options are looked at by Fit.
  static Result<IncrementalFit> Create(const VoteLayout& layout, FitOptions options);

  void PartialFit(const VotePlanes& planes);
  // Patterns of the same rules and classes; they may have planes of their own.
  Status PartialFit(const PatternTable& patterns);
  // What another one has seen. An error when its rules or its classes are others, or when it kept pairs and this method needs
  // patterns.
  Status Merge(const IncrementalFit& other);

  uint64_t rows() const;
  Result<std::unique_ptr<LabelModel>> Fit() const;

  // What was seen, as JSON with a version, and back. The options are not part of it.
  std::string ToJson() const;
  static Result<IncrementalFit> FromJson(std::string_view json, const std::string& name, FitOptions options);

 private:
  IncrementalFit(FitOptions options, std::variant<VoteMoments, PatternTable> seen) : options_(std::move(options)), seen_(std::move(seen)) {}

  FitOptions options_;
  std::variant<VoteMoments, PatternTable> seen_;
};

// Patterns as JSON with a version, in canonical order, and back.
std::string PatternsToJson(const PatternTable& patterns);
Result<PatternTable> PatternsFromJson(std::string_view json, const std::string& name);

}  // namespace assay

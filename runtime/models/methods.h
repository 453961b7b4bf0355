// The methods behind FitModel and LoadModel: what each offers, in one table.
#pragma once

#include <simdjson.h>

#include <memory>
#include <string>
#include <string_view>

#include "runtime/models/label_model.h"

namespace assay {

// What every model begins with.
struct ModelHead {
  std::vector<std::string> rules;
  ClassList classes;
  std::vector<double> balance;  // sums to 1
};

struct Method {
  std::string_view name;
  Result<std::unique_ptr<LabelModel>> (*fit)(const PatternTable& patterns, const FitOptions& options);
  // From the members of a saved model.
  Result<std::unique_ptr<LabelModel>> (*load)(ModelHead head, const ModelOptions& options, simdjson::dom::object json);
};

Result<std::unique_ptr<LabelModel>> FitMajority(const PatternTable& patterns, const FitOptions& options);
Result<std::unique_ptr<LabelModel>> LoadMajority(ModelHead head, const ModelOptions& options, simdjson::dom::object json);
Result<std::unique_ptr<LabelModel>> FitDawidSkene(const PatternTable& patterns, const FitOptions& options);
Result<std::unique_ptr<LabelModel>> LoadDawidSkene(ModelHead head, const ModelOptions& options, simdjson::dom::object json);

// The rules and classes of the patterns, and the balance: as given and normalised, else uniform.
ModelHead HeadOf(const PatternTable& patterns, const FitOptions& options);

// Reading `--set`: each look-up removes the option, and whatever is left over at the end was unknown.
class OptionReader {
 public:
  explicit OptionReader(ModelOptions options) : left_(std::move(options)) {}

  // The value, or `fallback`. A value that is no number, or out of the range, is a usage error.
  Result<double> Number(const std::string& name, double fallback, double least, double most);
  Result<int64_t> Integer(const std::string& name, int64_t fallback, int64_t least, int64_t most);
  Result<std::string> Choice(const std::string& name, const std::string& fallback, const std::vector<std::string>& choices);

  // A usage error when options are left; it lists those that the method has.
  Status Finish(std::string_view method);

 private:
  std::optional<std::string> Take(const std::string& name);

  ModelOptions left_;
  std::vector<std::string> known_;
};

// [rows, columns, depth] numbers of a saved model.
Result<std::vector<double>> ReadCube(simdjson::dom::object json, std::string_view member, size_t rows, size_t columns,
                                     size_t depth);

}  // namespace assay

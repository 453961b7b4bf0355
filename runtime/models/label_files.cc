#include "runtime/models/label_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "runtime/graph/rule_graph.h"
#include "runtime/io/csv.h"
#include "runtime/io/input.h"
#include "runtime/io/json_records.h"
#include "runtime/io/npy.h"
#include "runtime/io/npy_output.h"
#include "runtime/io/text_cells.h"
#include "runtime/models/decide.h"
#include "runtime/text/number.h"

namespace assay {
namespace {

constexpr size_t kFlushBytes = size_t{1} << 18;

class TextLabels : public LabelWriter {
 public:
  TextLabels(OutputFile file, const ClassList& classes, bool json, bool with_votes)
      : file_(std::move(file)), classes_(classes), json_(json), with_votes_(with_votes) {
    for (const std::string& name : classes_.names) {
      spelled_.emplace_back();
      if (json) {
        AppendJsonString(name, spelled_.back());
      } else {
        AppendCsvCell(name, spelled_.back());
      }
    }
    if (json) return;
    text_ = "row,label,confidence";
    for (const std::string& name : classes_.names) {
      text_ += ',';
      AppendCsvCell("p_" + name, text_);
    }
    if (with_votes_) text_ += ",votes";
    text_ += '\n';
  }

  Status Append(std::span<const int32_t> labels, std::span<const double> probabilities,
                std::span<const uint32_t> votes) override {
    const size_t count = classes_.size();
    for (size_t r = 0; r < labels.size(); ++r) {
      const auto row = probabilities.subspan(r * count, count);
      const double confidence = *std::max_element(row.begin(), row.end());
      if (json_) {
        AppendJson(labels[r], confidence, row, with_votes_ ? std::optional(votes[r]) : std::nullopt);
      } else {
        text::AppendInt(static_cast<int64_t>(row_), text_);
        text_ += ',';
        if (labels[r] >= 0) text_ += spelled_[static_cast<size_t>(labels[r])];
        text_ += ',';
        text::AppendFloat(confidence, text_);
        for (const double p : row) {
          text_ += ',';
          text::AppendFloat(p, text_);
        }
        if (with_votes_) {
          text_ += ',';
          text::AppendInt(votes[r], text_);
        }
        text_ += '\n';
      }
      ++row_;
      if (text_.size() >= kFlushBytes) ASSAY_RETURN_IF_ERROR(Flush());
    }
    return {};
  }
  Status Close() override {
    ASSAY_RETURN_IF_ERROR(Flush());
    return file_.Commit();
  }

 private:
  void AppendJson(int32_t label, double confidence, std::span<const double> row, std::optional<uint32_t> votes) {
    text_ += fmt::format("{{\"row\": {}, \"label\": ", row_);
    text_ += label >= 0 ? spelled_[static_cast<size_t>(label)] : "null";
    text_ += ", \"confidence\": ";
    text::AppendFloat(confidence, text_);
    text_ += ", \"probabilities\": {";
    for (size_t c = 0; c < row.size(); ++c) {
      if (c > 0) text_ += ", ";
      text_ += spelled_[c];
      text_ += ": ";
      text::AppendFloat(row[c], text_);
    }
    text_ += '}';
    if (votes) text_ += fmt::format(", \"votes\": {}", *votes);
    text_ += "}\n";
  }
  Status Flush() {
    auto status = file_.Write(text_);
    text_.clear();
    return status;
  }

  OutputFile file_;
  ClassList classes_;
  bool json_;
  bool with_votes_;
  std::vector<std::string> spelled_;  // names of classes as cells or JSON strings
  std::string text_;
  uint64_t row_ = 0;
};

class NpyLabels : public LabelWriter {
 public:
  NpyLabels(OutputFile file, const ClassList& classes) : output_(std::move(file), "<f8", classes.size()) {}
  Status Append(std::span<const int32_t> labels, std::span<const double> probabilities, std::span<const uint32_t>) override {
    return output_.Append({reinterpret_cast<const char*>(probabilities.data()), probabilities.size_bytes()}, labels.size());
  }
  Status Close() override { return output_.Close(); }

 private:
  NpyOutput output_;
};

// Whether a number can be a probability, with room for the last digit of a sum.
bool IsProbability(double p) { return p >= 0 && p <= 1 + 1e-9; }

Result<int32_t> IndexOf(std::string_view text, const ClassList& classes, const std::string& where) {
  const auto id = classes.Read(text);
  if (!id) return Fail(ErrorKind::kData, fmt::format("{}: {}", where, id.error().message));
  if (*id == kAbstain) return -1;
  return static_cast<int32_t>(*classes.IndexOfId(*id));
}

Result<LabelFile> LabelsFromNpy(const std::string& path, const ClassList& classes) {
  ASSAY_ASSIGN_OR_RETURN(const std::string content, ReadWholeFile(path));
  ASSAY_ASSIGN_OR_RETURN(const NpyArray array, ParseNpy(content, path));
  LabelFile file;
  file.classes = classes.size() > 0 ? classes : ClassList::Numbered(array.columns);
  if (!array.floats && array.columns == 1) {
    for (size_t r = 0; r < array.rows; ++r) {
      ASSAY_ASSIGN_OR_RETURN(const int32_t label, IndexOf(std::to_string(array.Integer(r)), file.classes, fmt::format("{}: row {}", path, r)));
      file.labels.push_back(label);
    }
    return file;
  }
  if (!array.floats || array.columns != file.classes.size()) {
    return Fail(ErrorKind::kData, fmt::format("{}: [rows, {}] probabilities are expected, a column a class", path, file.classes.size()));
  }
  for (size_t i = 0; i < array.size(); ++i) {
    file.probabilities.push_back(array.Value(i));
    if (!IsProbability(array.Value(i))) {
      return Fail(ErrorKind::kData, fmt::format("{}: row {}: {} is not a probability", path, i / array.columns, array.Value(i)));
    }
  }
  Decider decider({});
  for (size_t r = 0; r < array.rows; ++r) {
    file.labels.push_back(decider.Decide(std::span<const double>(file.probabilities).subspan(r * array.columns, array.columns), r, true));
  }
  return file;
}

Result<LabelFile> LabelsFromJsonLines(const std::string& path, const ClassList& classes) {
  ASSAY_ASSIGN_OR_RETURN(InputBuffer input, InputBuffer::Open(path));
  JsonRecords records(std::move(input), JsonLayout::kLines);
  LabelFile file;
  file.classes = classes;
  for (;;) {
    ASSAY_ASSIGN_OR_RETURN(const bool any, records.Next());
    if (!any) break;
    const std::string where = fmt::format("{}:{}", records.name(), records.line());
    simdjson::dom::object probabilities;
    const bool has = records.record()["probabilities"].get(probabilities) == simdjson::SUCCESS;
    if (has && file.classes.size() == 0) {
      std::vector<std::string> names;
      for (const auto field : probabilities) names.emplace_back(field.key);
      file.classes = ClassList::Named(std::move(names));
    }
    if (has) {
      for (const std::string& name : file.classes.names) {
        double p = 0;
        if (probabilities[name].get(p) != simdjson::SUCCESS || !IsProbability(p)) {
          return Fail(ErrorKind::kData, fmt::format("{}: there is no probability of {}", where, name));
        }
        file.probabilities.push_back(p);
      }
    }
    simdjson::dom::element label;
    if (records.record()["label"].get(label) != simdjson::SUCCESS) return Fail(ErrorKind::kData, fmt::format("{}: there is no \"label\"", where));
    std::string_view text;
    const std::string shown = label.is_null() ? "" : label.get(text) == simdjson::SUCCESS ? std::string(text) : ShownJson(label);
    ASSAY_ASSIGN_OR_RETURN(const int32_t index, IndexOf(shown, file.classes, where));
    file.labels.push_back(index);
    uint64_t votes = 0;
    if (records.record()["votes"].get(votes) == simdjson::SUCCESS && votes <= UINT32_MAX) file.votes.push_back(static_cast<uint32_t>(votes));
  }
  if (!file.votes.empty() && file.votes.size() != file.labels.size()) {
    return Fail(ErrorKind::kData, fmt::format("{}: some records say how many votes they have and some do not", path));
  }
  if (!file.probabilities.empty() && file.probabilities.size() != file.labels.size() * file.classes.size()) {
    return Fail(ErrorKind::kData, fmt::format("{}: some records have probabilities and some have none", path));
  }
  return file;
}

Result<LabelFile> LabelsFromCsv(const std::string& path, const ClassList& classes) {
  ASSAY_ASSIGN_OR_RETURN(InputBuffer input, InputBuffer::Open(path));
  CsvReader reader(std::move(input), {});
  LabelFile file;
  file.classes = classes;
  size_t label_column = 0, votes_column = SIZE_MAX, width = 0;
  std::vector<size_t> columns;  // of the probabilities, in the order of the classes
  for (bool first = true;; first = false) {
    ASSAY_ASSIGN_OR_RETURN(const bool any, reader.Next());
    if (!any && first) return Fail(ErrorKind::kData, fmt::format("{} is empty", path));
    if (!any) break;
    const auto cells = reader.cells();
    const std::string where = fmt::format("{}:{}", path, reader.line());
    if (first) {
      width = cells.size();
      const auto label = std::find(cells.begin(), cells.end(), "label");
      if (label == cells.end() && width > 1) return Fail(ErrorKind::kData, fmt::format("{} has no column \"label\"", path));
      if (label != cells.end()) label_column = static_cast<size_t>(label - cells.begin());
      if (const auto votes = std::find(cells.begin(), cells.end(), "votes"); label != cells.end() && votes != cells.end()) {
        votes_column = static_cast<size_t>(votes - cells.begin());
      }
      std::vector<std::string> named;
      for (const std::string_view cell : cells) {
        if (cell.starts_with("p_")) named.emplace_back(cell.substr(2));
      }
      if (file.classes.size() == 0) file.classes = ClassList::Named(named);
      if (file.classes.size() == 0) {
        return Fail(ErrorKind::kUsage, fmt::format("{} does not name the classes; say --class-names A,B or --classes N", path));
      }
      for (const std::string& name : file.classes.names) {
        const auto at = std::find(cells.begin(), cells.end(), "p_" + name);
        if (at != cells.end()) columns.push_back(static_cast<size_t>(at - cells.begin()));
      }
      if (columns.size() != file.classes.size()) columns.clear();
      if (label != cells.end() || (cells.size() == 1 && !file.classes.Read(cells[0]))) continue;  // a header
    }
    if (cells.size() != width) return Fail(ErrorKind::kData, fmt::format("{}: a row of {} cells where there are {} columns", where, cells.size(), width));
    ASSAY_ASSIGN_OR_RETURN(const int32_t index, IndexOf(cells[label_column], file.classes, where));
    file.labels.push_back(index);
    for (const size_t column : columns) {
      const auto p = text::ParseFloat(cells[column]);
      if (!p || !IsProbability(*p)) {
        return Fail(ErrorKind::kData, fmt::format("{}: \"{}\" is not a probability", where, cells[column].substr(0, 40)));
      }
      file.probabilities.push_back(*p);
    }
    if (votes_column == SIZE_MAX) continue;
    const auto votes = text::ParseInt(cells[votes_column]);
    if (!votes || *votes < 0 || *votes > UINT32_MAX) {
      return Fail(ErrorKind::kData, fmt::format("{}: \"{}\" is not a number of votes", where, cells[votes_column].substr(0, 40)));
    }
    file.votes.push_back(static_cast<uint32_t>(*votes));
  }
  return file;
}

}  // namespace

Result<std::unique_ptr<LabelWriter>> CreateLabelWriter(const std::string& path, const ClassList& classes, bool with_votes) {
  const std::string ending = EndingOf(path);
  const bool direct = path == "-" || path.starts_with("/dev/");
  if (!direct && ending != "csv" && ending != "npy" && ending != "jsonl") {
    return Fail(ErrorKind::kUsage, fmt::format("the format of {} cannot be told from its name: it must end in .csv, .npy or .jsonl", path));
  }
  if (classes.size() == 0) return Fail(ErrorKind::kUsage, "labels need classes");
  ASSAY_ASSIGN_OR_RETURN(OutputFile file, OutputFile::Create(path));
  if (ending == "npy") return std::make_unique<NpyLabels>(std::move(file), classes);
  return std::make_unique<TextLabels>(std::move(file), classes, ending == "jsonl", with_votes);
}

Result<LabelFile> ReadLabels(const std::string& path, const ClassList& classes) {
  const std::string ending = EndingOf(path);
  if (ending == "npy") return LabelsFromNpy(path, classes);
  if (ending == "jsonl" || ending == "ndjson") return LabelsFromJsonLines(path, classes);
  return LabelsFromCsv(path, classes);
}

}  // namespace assay

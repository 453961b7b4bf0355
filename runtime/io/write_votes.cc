// Each format turns 64 x n rows of planes into dense votes and writes them; a row at a time is formatted into one buffer.
#include "runtime/io/write_votes.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/io/npy_output.h"
#include "runtime/io/output_file.h"
#include "runtime/io/text_cells.h"
#include "runtime/text/number.h"
#include "runtime/votes/vote_matrix.h"

namespace assay {
namespace {

constexpr size_t kRowsAtOnce = 1024;

enum class VoteFormat : uint8_t { kCsv, kNpy, kJsonLines, kWrench };

Result<VoteFormat> FormatOf(const std::string& path, bool wrench_too) {
  const std::string ending = EndingOf(path);
  if (ending == "csv" || path == "-" || path.starts_with("/dev/")) return VoteFormat::kCsv;
  if (ending == "npy") return VoteFormat::kNpy;
  if (ending == "jsonl") return VoteFormat::kJsonLines;
  if (ending == "json" && wrench_too) return VoteFormat::kWrench;
  return Fail(ErrorKind::kUsage, fmt::format("the format of {} cannot be told from its name: it must end in .csv, .npy{} "
                                             ".jsonl{}",
                                             path, wrench_too ? "," : " or", wrench_too ? " or .json" : ""));
}

// Calls `write(first, count, votes)` for some rows at a time.
template <typename Write>
Status ForRows(const VoteLayout& layout, const VotePlanes& planes, Write write) {
  std::vector<int16_t> votes;
  for (size_t first = 0; first < planes.rows(); first += kRowsAtOnce) {
    const size_t count = std::min(kRowsAtOnce, planes.rows() - first);
    votes.resize(count * layout.rules.size());
    DenseRows(layout, planes, first, count, votes);
    ASSAY_RETURN_IF_ERROR(write(first, count, std::span<const int16_t>(votes)));
  }
  return {};
}

class CsvVotes : public VoteWriter {
 public:
  CsvVotes(OutputFile file, const VoteLayout& layout) : file_(std::move(file)), layout_(layout) {
    for (size_t j = 0; j < layout.rules.size(); ++j) {
      if (j > 0) text_ += ',';
      AppendCsvCell(layout.rules[j].name, text_);
    }
    text_ += '\n';
    int32_t largest = 0;
    for (const int32_t id : layout.class_ids) largest = std::max(largest, id);
    for (int32_t id = -1; id <= largest && id < 1000; ++id) spelled_.push_back(std::to_string(id));
  }

  Status Append(const VotePlanes& planes, const Batch*, std::span<const int32_t>) override {
    const size_t rules = layout_.rules.size();
    return ForRows(layout_, planes, [&](size_t, size_t count, std::span<const int16_t> votes) {
      for (size_t r = 0; r < count; ++r) {
        for (size_t j = 0; j < rules; ++j) {
          const int16_t vote = votes[r * rules + j];
          if (j > 0) text_ += ',';
          const auto index = static_cast<size_t>(vote + 1);
          if (index < spelled_.size()) {
            text_ += spelled_[index];
          } else {
            text::AppendInt(vote, text_);
          }
        }
        text_ += '\n';
      }
      return FlushText();
    });
  }
  Status Close() override {
    ASSAY_RETURN_IF_ERROR(FlushText());
    return file_.Commit();
  }

 private:
  Status FlushText() {
    auto status = file_.Write(text_);
    text_.clear();
    return status;
  }

  OutputFile file_;
  const VoteLayout& layout_;
  std::vector<std::string> spelled_;  // of the votes from -1 on
  std::string text_;
};

class NpyVotes : public VoteWriter {
 public:
  NpyVotes(OutputFile file, const VoteLayout& layout)
      : layout_(layout),
        wide_(std::any_of(layout.class_ids.begin(), layout.class_ids.end(), [](int32_t id) { return id > INT8_MAX; })),
        output_(std::move(file), wide_ ? "<i2" : "|i1", layout.rules.size()) {}

  Status Append(const VotePlanes& planes, const Batch*, std::span<const int32_t>) override {
    return ForRows(layout_, planes, [&](size_t, size_t count, std::span<const int16_t> votes) {
      bytes_.clear();
      if (wide_) {
        bytes_.append(reinterpret_cast<const char*>(votes.data()), votes.size() * sizeof(int16_t));
      } else {
        for (const int16_t vote : votes) bytes_ += static_cast<char>(vote);
      }
      return output_.Append(bytes_, count);
    });
  }
  Status Close() override { return output_.Close(); }

 private:
  const VoteLayout& layout_;
  bool wide_;
  NpyOutput output_;
  std::string bytes_;
};

class JsonLinesVotes : public VoteWriter {
 public:
  JsonLinesVotes(OutputFile file, const VoteLayout& layout) : file_(std::move(file)), layout_(layout) {
    for (const VoteLayout::Rule& rule : layout.rules) {
      rule_names_.emplace_back();
      AppendJsonString(rule.name, rule_names_.back());
    }
  }

  Status Append(const VotePlanes& planes, const Batch*, std::span<const int32_t>) override {
    const size_t rules = layout_.rules.size();
    return ForRows(layout_, planes, [&](size_t, size_t count, std::span<const int16_t> votes) {
      text_.clear();
      for (size_t r = 0; r < count; ++r) {
        text_ += fmt::format("{{\"row\": {}, \"votes\": {{", row_++);
        bool first = true;
        for (size_t j = 0; j < rules; ++j) {
          const int16_t vote = votes[r * rules + j];
          if (vote < 0) continue;
          if (!first) text_ += ", ";
          first = false;
          text_ += rule_names_[j];
          text_ += ": ";
          AppendClass(vote);
        }
        text_ += "}}\n";
      }
      return file_.Write(text_);
    });
  }
  Status Close() override { return file_.Commit(); }

 private:
  void AppendClass(int32_t id) {
    for (size_t c = 0; c < layout_.class_ids.size(); ++c) {
      if (layout_.class_ids[c] == id) return AppendJsonString(layout_.class_names[c], text_);
    }
  }

  OutputFile file_;
  const VoteLayout& layout_;
  std::vector<std::string> rule_names_;  // as JSON
  std::string text_;
  uint64_t row_ = 0;
};

class WrenchVotes : public VoteWriter {
 public:
  WrenchVotes(OutputFile file, const VoteLayout& layout, std::span<const Field> fields)
      : file_(std::move(file)), layout_(layout), fields_(fields) {}

  Status Append(const VotePlanes& planes, const Batch* batch, std::span<const int32_t> gold) override {
    const size_t rules = layout_.rules.size();
    return ForRows(layout_, planes, [&](size_t first, size_t count, std::span<const int16_t> votes) {
      text_.clear();
      for (size_t r = 0; r < count; ++r) {
        text_ += fmt::format("{}\t\"{}\": {{\"data\": {{", row_ == 0 ? "{\n" : ",\n", row_);
        ++row_;
        if (batch != nullptr) AppendData(*batch, first + r);
        text_ += fmt::format("}}, \"label\": {}, \"weak_labels\": [", gold.empty() ? -1 : gold[first + r]);
        for (size_t j = 0; j < rules; ++j) {
          if (j > 0) text_ += ", ";
          text::AppendInt(votes[r * rules + j], text_);
        }
        text_ += "]}";
      }
      return file_.Write(text_);
    });
  }
  Status Close() override {
    ASSAY_RETURN_IF_ERROR(file_.Write(row_ == 0 ? "{}\n" : "\n}\n"));
    return file_.Commit();
  }

 private:
  void AppendData(const Batch& batch, size_t row) {
    const size_t count = std::min(fields_.size(), batch.columns.size());
    for (size_t f = 0; f < count; ++f) {
      if (f > 0) text_ += ", ";
      AppendJsonString(fields_[f].column, text_);
      text_ += ": ";
      const Column& column = batch.columns[f];
      if (!column.IsValid(row)) {
        text_ += "null";
        continue;
      }
      switch (column.layout) {
        case ColumnLayout::kBool:
          text_ += ((static_cast<const uint64_t*>(column.values)[row / 64] >> (row % 64)) & 1) != 0 ? "true" : "false";
          break;
        case ColumnLayout::kInt64: text::AppendInt(static_cast<const int64_t*>(column.values)[row], text_); break;
        case ColumnLayout::kFloat64: {
          const double value = static_cast<const double*>(column.values)[row];
          if (value - value == 0) {
            text::AppendFloat(value, text_);
          } else {
            text_ += "null";  // JSON has no infinities
          }
          break;
        }
        case ColumnLayout::kString:
        case ColumnLayout::kDictionary: AppendJsonString(column.Text(row), text_); break;
        case ColumnLayout::kNull:
        case ColumnLayout::kList:
        case ColumnLayout::kStruct: text_ += "null"; break;
      }
    }
  }

  OutputFile file_;
  const VoteLayout& layout_;
  std::span<const Field> fields_;
  std::string text_;
  uint64_t row_ = 0;
};

// Slices are written as rules of one class, whose abstentions are zeros.
class SliceWriter : public VoteWriter {
 public:
  SliceWriter(OutputFile file, VoteFormat format, std::vector<std::string> names)
      : names_(std::move(names)), format_(format) {
    if (format == VoteFormat::kNpy) {
      npy_.emplace(std::move(file), "|i1", names_.size());
      return;
    }
    file_.emplace(std::move(file));
    if (format != VoteFormat::kCsv) return;
    for (size_t s = 0; s < names_.size(); ++s) {
      if (s > 0) text_ += ',';
      AppendCsvCell(names_[s], text_);
    }
    text_ += '\n';
  }

  Status Append(const VotePlanes& planes, const Batch*, std::span<const int32_t>) override {
    for (size_t r = 0; r < planes.rows(); ++r) {
      if (format_ == VoteFormat::kJsonLines) text_ += fmt::format("{{\"row\": {}, \"slices\": [", row_);
      bool first = true;
      for (size_t s = 0; s < names_.size(); ++s) {
        const bool member = planes.Get(s, r);
        switch (format_) {
          case VoteFormat::kCsv:
            if (s > 0) text_ += ',';
            text_ += member ? '1' : '0';
            break;
          case VoteFormat::kNpy: text_ += static_cast<char>(member); break;
          case VoteFormat::kJsonLines:
          case VoteFormat::kWrench:
            if (!member) break;
            if (!first) text_ += ", ";
            first = false;
            AppendJsonString(names_[s], text_);
            break;
        }
      }
      if (format_ == VoteFormat::kJsonLines) text_ += "]}\n";
      if (format_ == VoteFormat::kCsv) text_ += '\n';
      ++row_;
    }
    auto status = npy_ ? npy_->Append(text_, planes.rows()) : file_->Write(text_);
    text_.clear();
    return status;
  }
  Status Close() override {
    if (npy_) return npy_->Close();
    ASSAY_RETURN_IF_ERROR(file_->Write(text_));
    return file_->Commit();
  }

 private:
  std::vector<std::string> names_;
  VoteFormat format_;
  std::optional<OutputFile> file_;
  std::optional<NpyOutput> npy_;
  std::string text_;
  uint64_t row_ = 0;
};

}  // namespace

Result<std::unique_ptr<VoteWriter>> CreateVoteWriter(const std::string& path, const VoteLayout& layout,
                                                     std::span<const Field> fields) {
  ASSAY_ASSIGN_OR_RETURN(const VoteFormat format, FormatOf(path, true));
  ASSAY_ASSIGN_OR_RETURN(OutputFile file, OutputFile::Create(path));
  std::unique_ptr<VoteWriter> writer;
  switch (format) {
    case VoteFormat::kCsv: writer = std::make_unique<CsvVotes>(std::move(file), layout); break;
    case VoteFormat::kNpy: writer = std::make_unique<NpyVotes>(std::move(file), layout); break;
    case VoteFormat::kJsonLines: writer = std::make_unique<JsonLinesVotes>(std::move(file), layout); break;
    case VoteFormat::kWrench: writer = std::make_unique<WrenchVotes>(std::move(file), layout, fields); break;
  }
  return writer;
}

Result<std::unique_ptr<VoteWriter>> CreateSliceWriter(const std::string& path, std::vector<std::string> names) {
  ASSAY_ASSIGN_OR_RETURN(const VoteFormat format, FormatOf(path, false));
  ASSAY_ASSIGN_OR_RETURN(OutputFile file, OutputFile::Create(path));
  return std::make_unique<SliceWriter>(std::move(file), format, std::move(names));
}

std::string PathForTask(const std::string& path, const std::string& task) {
  const std::string ending = EndingOf(path);
  if (ending.empty()) return path + "." + task;
  const size_t dot = path.size() - ending.size() - 1;
  return path.substr(0, dot) + "." + task + path.substr(dot);
}

}  // namespace assay

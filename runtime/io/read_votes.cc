#include "runtime/io/read_votes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "runtime/graph/rule_graph.h"
#include "runtime/io/csv.h"
#include "runtime/io/input.h"
#include "runtime/io/json_records.h"
#include "runtime/io/npy.h"
#include "runtime/io/text_cells.h"
#include "runtime/text/utf8.h"

namespace assay {
namespace {

constexpr int64_t kLargestVote = INT16_MAX;

std::vector<std::string> NumberedRules(size_t count) {
  std::vector<std::string> names;
  for (size_t j = 0; j < count; ++j) names.push_back(fmt::format("rule_{}", j));
  return names;
}

std::optional<int16_t> VoteOf(int64_t value) {
  if (value < kAbstain || value > kLargestVote) return std::nullopt;
  return static_cast<int16_t>(value);
}

// A cell: an id, -1 or nothing for an abstention, or a class's name.
std::optional<int16_t> VoteOf(std::string_view cell, const ClassList& classes) {
  if (cell.size() == 1 && cell[0] >= '0' && cell[0] <= '9') return static_cast<int16_t>(cell[0] - '0');
  while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) cell.remove_prefix(1);
  while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t')) cell.remove_suffix(1);
  if (cell.empty()) return int16_t{kAbstain};
  int64_t value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error == std::errc() && end == cell.data() + cell.size()) return VoteOf(value);
  for (size_t c = 0; c < classes.size(); ++c) {
    if (classes.names[c] == cell) return VoteOf(classes.ids[c]);
  }
  return std::nullopt;
}

// Also numbers that are no votes: they do not make a header.
bool IsNumber(std::string_view cell) {
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error == std::errc() && end == cell.data() + cell.size();
}

Error BadVote(const std::string& where, std::string_view rule, std::string_view vote) {
  return {ErrorKind::kData, fmt::format("{}: rule {}: \"{}\" is not a vote: a class id from 0 to {}, or -1 to abstain", where,
                                        rule, vote.substr(0, 40), kLargestVote)};
}

Result<VoteFile> FromCsv(const std::string& path, const ReadVotesOptions& options, char delimiter) {
  ASSAY_ASSIGN_OR_RETURN(InputBuffer input, InputBuffer::Open(path, options.interrupt));
  CsvReader reader(std::move(input), {delimiter, true, false});
  VoteFile file;
  VoteMatrix& matrix = file.matrix;
  for (bool first = true;; first = false) {
    ASSAY_ASSIGN_OR_RETURN(const bool any, reader.Next());
    if (!any && first) return Fail(ErrorKind::kData, fmt::format("{} is empty", reader.name()));
    if (!any) return file;
    const auto cells = reader.cells();
    if (first) {
      const bool header = std::any_of(cells.begin(), cells.end(), [&](std::string_view cell) {
        return !IsNumber(cell) && !VoteOf(cell, options.classes);
      });
      if (header) {
        for (const std::string_view cell : cells) {
          matrix.rules.emplace_back();
          text::RepairUtf8(cell, matrix.rules.back());
        }
        continue;
      }
      matrix.rules = NumberedRules(cells.size());
    }
    if (cells.size() != matrix.rules.size()) {
      return Fail(ErrorKind::kData, fmt::format("{}:{}: a row of {} votes where there are {} rules", reader.name(),
                                                reader.line(), cells.size(), matrix.rules.size()));
    }
    for (size_t j = 0; j < cells.size(); ++j) {
      const auto vote = VoteOf(cells[j], options.classes);
      if (!vote) {
        return std::unexpected(BadVote(fmt::format("{}:{}", reader.name(), reader.line()), matrix.rules[j], cells[j]));
      }
      matrix.votes.push_back(*vote);
    }
    ++matrix.rows;
  }
}

Result<VoteFile> FromNpy(const std::string& path) {
  ASSAY_ASSIGN_OR_RETURN(const std::string content, ReadWholeFile(path));
  ASSAY_ASSIGN_OR_RETURN(const NpyArray array, ParseNpy(content, path));
  VoteFile file;
  file.matrix.rules = NumberedRules(array.columns);
  file.matrix.rows = array.rows;
  file.matrix.votes.reserve(array.size());
  for (size_t i = 0; i < array.size(); ++i) {
    const double as_float = array.floats ? array.Value(i) : 0;
    const auto vote = !array.floats                            ? VoteOf(array.Integer(i))
                      : as_float >= -1 && as_float <= kLargestVote && as_float == static_cast<double>(static_cast<int>(as_float))
                          ? VoteOf(static_cast<int64_t>(as_float))
                          : std::nullopt;
    if (!vote) {
      return std::unexpected(BadVote(fmt::format("{}: row {}", path, i / array.columns), file.matrix.rules[i % array.columns],
                                     array.floats ? fmt::format("{}", as_float) : std::to_string(array.Integer(i))));
    }
    file.matrix.votes.push_back(*vote);
  }
  return file;
}

Result<VoteFile> FromWrench(const std::string& path, const ReadVotesOptions& options) {
  ASSAY_ASSIGN_OR_RETURN(InputBuffer input, InputBuffer::Open(path, options.interrupt));
  JsonRecords records(std::move(input), JsonLayout::kMembers);
  VoteFile file;
  VoteMatrix& matrix = file.matrix;
  bool has_gold = true;
  for (;;) {
    ASSAY_ASSIGN_OR_RETURN(const bool any, records.Next());
    if (!any) break;
    const std::string where = fmt::format("{}:{}", records.name(), records.line());
    simdjson::dom::array votes;
    if (records.record()["weak_labels"].get(votes) != simdjson::SUCCESS) {
      return Fail(ErrorKind::kData, fmt::format("{}: the record has no list \"weak_labels\"", where));
    }
    if (matrix.rows == 0) matrix.rules = NumberedRules(votes.size());
    if (votes.size() != matrix.rules.size()) {
      return Fail(ErrorKind::kData, fmt::format("{}: a record of {} votes where there are {} rules", where, votes.size(),
                                                matrix.rules.size()));
    }
    size_t j = 0;
    for (const simdjson::dom::element element : votes) {
      int64_t value = 0;
      const auto vote = element.get(value) == simdjson::SUCCESS ? VoteOf(value) : std::nullopt;
      if (!vote) return std::unexpected(BadVote(where, matrix.rules[j], ShownJson(element)));
      matrix.votes.push_back(*vote);
      ++j;
    }
    int64_t gold = 0;
    std::string_view name;
    if (records.record()["label"].get(gold) == simdjson::SUCCESS && gold >= kAbstain && gold <= kLargestVote) {
      file.gold.push_back(static_cast<int32_t>(gold));
    } else if (records.record()["label"].get(name) == simdjson::SUCCESS && VoteOf(name, options.classes)) {
      file.gold.push_back(*VoteOf(name, options.classes));
    } else {
      has_gold = false;
    }
    ++matrix.rows;
  }
  if (!has_gold) file.gold.clear();
  return file;
}

// Lines of {"row": 0, "votes": {"rule": "SPAM"}}: abstentions are left out, so a rule that never votes is unknown.
Result<VoteFile> FromJsonLines(const std::string& path, const ReadVotesOptions& options) {
  ASSAY_ASSIGN_OR_RETURN(InputBuffer input, InputBuffer::Open(path, options.interrupt));
  JsonRecords records(std::move(input), JsonLayout::kLines);
  VoteFile file;
  VoteMatrix& matrix = file.matrix;
  std::unordered_map<std::string, size_t> rules;
  std::vector<std::vector<std::pair<size_t, int16_t>>> rows;
  for (;;) {
    ASSAY_ASSIGN_OR_RETURN(const bool any, records.Next());
    if (!any) break;
    const std::string where = fmt::format("{}:{}", records.name(), records.line());
    simdjson::dom::object votes;
    if (records.record()["votes"].get(votes) != simdjson::SUCCESS) {
      return Fail(ErrorKind::kData, fmt::format("{}: the record has no object \"votes\"", where));
    }
    rows.emplace_back();
    for (const auto field : votes) {
      const auto [it, is_new] = rules.emplace(field.key, matrix.rules.size());
      if (is_new) matrix.rules.emplace_back(field.key);
      int64_t value = 0;
      std::string_view name;
      const auto vote = field.value.get(value) == simdjson::SUCCESS  ? VoteOf(value)
                        : field.value.get(name) == simdjson::SUCCESS ? VoteOf(name, options.classes)
                                                                     : std::nullopt;
      if (!vote) return std::unexpected(BadVote(where, field.key, ShownJson(field.value)));
      rows.back().emplace_back(it->second, *vote);
    }
  }
  matrix.rows = rows.size();
  matrix.votes.assign(rows.size() * matrix.rules.size(), int16_t{kAbstain});
  for (size_t r = 0; r < rows.size(); ++r) {
    for (const auto& [rule, vote] : rows[r]) matrix.votes[r * matrix.rules.size() + rule] = vote;
  }
  return file;
}

}  // namespace

Result<VoteFile> ReadVotes(const std::string& path, const ReadVotesOptions& options) {
  const std::string ending = EndingOf(path);
  if (ending == "npy") return FromNpy(path);
  if (ending == "json") return FromWrench(path, options);
  if (ending == "jsonl" || ending == "ndjson") return FromJsonLines(path, options);
  return FromCsv(path, options, ending == "tsv" ? '\t' : ',');
}

}  // namespace assay

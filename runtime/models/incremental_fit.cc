#include "runtime/models/incremental_fit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <algorithm>

namespace assay {
namespace {

constexpr std::string_view kPatternsFormat = "assay-vote-patterns-1";

VoteMoments MomentsOf(const PatternTable& patterns) {
  VoteMoments moments(patterns.layout());
  moments.Add(patterns);
  return moments;
}

Status CheckMethod(const std::string& name) {
  const std::vector<std::string> methods = LabelModelMethods();
  if (std::ranges::find(methods, name) != methods.end()) return {};
  return Fail(ErrorKind::kUsage, fmt::format("there is no label model \"{}\"; there are {}", name, fmt::join(methods, ", ")));
}

}  // namespace

Result<IncrementalFit> IncrementalFit::Create(const VoteLayout& layout, FitOptions options) {
  ASSAY_RETURN_IF_ERROR(CheckMethod(options.method));
  if (FitsFromMoments(options, layout)) return IncrementalFit(std::move(options), VoteMoments(layout));
  return IncrementalFit(std::move(options), PatternTable(layout));
}

void IncrementalFit::PartialFit(const VotePlanes& planes) {
  std::visit([&](auto& seen) { seen.Add(planes); }, seen_);
}

Status IncrementalFit::PartialFit(const PatternTable& patterns) {
  if (auto* table = std::get_if<PatternTable>(&seen_)) {
    ASSAY_RETURN_IF_ERROR(table->MergeAny(patterns));
    return {};
  }
  auto& moments = std::get<VoteMoments>(seen_);
  ASSAY_RETURN_IF_ERROR(UnionOf(moments.layout(), patterns.layout()));
  moments.Add(patterns);
  return {};
}

Status IncrementalFit::Merge(const IncrementalFit& other) {
  if (seen_.index() != other.seen_.index()) {
    // Patterns tell the pairs, too; where those do, the sum of both is of pairs.
    if (const auto* patterns = std::get_if<PatternTable>(&other.seen_)) return PartialFit(*patterns);
    if (FitsFromMoments(options_)) {
      VoteMoments moments = MomentsOf(std::get<PatternTable>(seen_));
      ASSAY_RETURN_IF_ERROR(moments.Merge(std::get<VoteMoments>(other.seen_)));
      seen_ = std::move(moments);
      return {};
    }
    return Fail(ErrorKind::kUsage, "counts of pairs of votes and patterns of votes cannot be put together: count all parts for the same method");
  }
  if (auto* table = std::get_if<PatternTable>(&seen_)) {
    ASSAY_RETURN_IF_ERROR(table->MergeAny(std::get<PatternTable>(other.seen_)));
    return {};
  }
  return std::get<VoteMoments>(seen_).Merge(std::get<VoteMoments>(other.seen_));
}

uint64_t IncrementalFit::rows() const {
  return std::visit([](const auto& seen) { return seen.rows(); }, seen_);
}

Result<std::unique_ptr<LabelModel>> IncrementalFit::Fit() const {
  return std::visit([&](const auto& seen) { return FitModel(seen, options_); }, seen_);
}

std::string IncrementalFit::ToJson() const {
  if (const auto* table = std::get_if<PatternTable>(&seen_)) return PatternsToJson(*table);
  return std::get<VoteMoments>(seen_).ToJson();
}

Result<IncrementalFit> IncrementalFit::FromJson(std::string_view json, const std::string& name, FitOptions options) {
  ASSAY_RETURN_IF_ERROR(CheckMethod(options.method));
  if (!FitsFromMoments(options)) {
    ASSAY_ASSIGN_OR_RETURN(PatternTable patterns, PatternsFromJson(json, name));
    return IncrementalFit(std::move(options), std::move(patterns));
  }
  auto moments = VoteMoments::FromJson(json, name);
  if (moments) return IncrementalFit(std::move(options), std::move(*moments));
  auto patterns = PatternsFromJson(json, name);
  if (!patterns) return std::unexpected(moments.error());
  if (FitsFromMoments(options, patterns->layout())) return IncrementalFit(std::move(options), MomentsOf(*patterns));
  return IncrementalFit(std::move(options), std::move(*patterns));
}

std::string PatternsToJson(const PatternTable& given) {
  const PatternTable patterns = given.Canonical();
  std::string out = fmt::format("{{\n\"format\": \"{}\",\n", kPatternsFormat);
  AppendLayoutAsJson(patterns.layout(), out);
  out += ",\n\"patterns\": [";
  for (size_t p = 0; p < patterns.size(); ++p) {
    out += fmt::format("{}\n[{}", p > 0 ? "," : "", patterns.count(p));
    const auto key = patterns.key(p);
    for (size_t k = 0; k < key.size(); ++k) {
      for (uint64_t bits = key[k]; bits != 0; bits &= bits - 1) {
        out += fmt::format(", {}", k * 64 + static_cast<size_t>(__builtin_ctzll(bits)));
      }
    }
    out += ']';
  }
  out += "]\n}\n";
  return out;
}

Result<PatternTable> PatternsFromJson(std::string_view json, const std::string& name) {
  const auto wrong = [&](std::string_view what) {
    return Fail(ErrorKind::kData, fmt::format("{} holds no patterns of votes that can be read: {}", name, what));
  };
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  std::string_view format;
  if (parser.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS) return wrong("it is no JSON object");
  if (object["format"].get(format) != simdjson::SUCCESS || format != kPatternsFormat) {
    return wrong(fmt::format("its \"format\" is not \"{}\"", kPatternsFormat));
  }
  auto layout = LayoutFromJson(object);
  if (!layout) return wrong(layout.error().message);
  PatternTable patterns(*layout);
  simdjson::dom::array list;
  if (object["patterns"].get(list) != simdjson::SUCCESS) return wrong("it has no \"patterns\"");
  std::vector<int32_t> votes(layout->rules.size());
  for (const auto element : list) {
    simdjson::dom::array numbers;
    uint64_t count = 0;
    if (element.get(numbers) != simdjson::SUCCESS || numbers.size() == 0 || numbers.at(0).get(count) != simdjson::SUCCESS || count == 0) {
      return wrong("one of its \"patterns\" has no count");
    }
    std::ranges::fill(votes, -1);
    bool first = true;
    for (const auto number : numbers) {
      if (std::exchange(first, false)) continue;
      uint64_t plane = 0;
      if (number.get(plane) != simdjson::SUCCESS || plane >= layout->planes.size() || votes[layout->planes[plane].rule] >= 0) {
        return wrong("one of its \"patterns\" is not planes of different rules");
      }
      votes[layout->planes[plane].rule] =
          static_cast<int32_t>(std::ranges::find(layout->class_ids, layout->planes[plane].class_id) - layout->class_ids.begin());
    }
    patterns.AddPattern(votes, count);
  }
  return patterns;
}

}  // namespace assay

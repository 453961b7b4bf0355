#include "runtime/engine/dictionary.h"

#include <algorithm>

#include "runtime/base/count_bits.h"

namespace assay {
namespace {

// A test that is true of one entry in so many is spread by lists and not by look-ups in its plane, which cost some 0.7 ns a row
// and test where a list costs some 3 ns for each of its members.
constexpr size_t kEntriesPerRareAnswer = 8;

}  // namespace

bool DictionaryAnswers::Pays(const Column& column) {
  return column.layout == ColumnLayout::kDictionary && column.children[0].rows <= column.rows;
}

void DictionaryAnswers::Reset(const std::vector<bool>& known_asked, size_t entries, const void* codes, unsigned code_bytes) {
  made_ = true;
  codes_ = codes;
  code_bytes_ = code_bytes;
  entries_ = entries;
  words_ = std::max<size_t>(1, (entries + 63) / 64);  // rows without a text have code 0, with or without entries
  known_of_.assign(known_asked.size(), kNotAsked);
  size_t asked = 0;
  for (size_t t = 0; t < known_asked.size(); ++t) {
    if (known_asked[t]) known_of_[t] = asked++;
  }
  // What is left of an earlier batch is overwritten.
  planes_.resize(words_ * known_asked.size());
  known_.resize(words_ * asked);
  unknown_.assign(known_asked.size(), false);
  is_rare_.assign(known_asked.size(), false);
  rare_ = RareAnswers();
}

void DictionaryAnswers::Answer(const PatternSet& tests, size_t first, std::span<const std::string_view> texts, ScanScratch& scratch) {
  std::vector<PatternSet::Output> outputs(tests.size());
  for (size_t t = 0; t < tests.size(); ++t) {
    outputs[t].plane = planes_.data() + t * words_ + first / 64;
    if (known_of_[t] != kNotAsked) outputs[t].known = known_.data() + known_of_[t] * words_ + first / 64;
  }
  tests.Scan(texts, nullptr, outputs, scratch);
}

void DictionaryAnswers::Finish() {
  const auto count = [](std::span<const uint64_t> words) {
    size_t bits = 0;
    for (const uint64_t word : words) bits += CountBits(word);
    return bits;
  };
  std::vector<std::span<const uint64_t>> rare;
  std::vector<uint32_t> numbers;
  for (size_t t = 0; t < unknown_.size(); ++t) {
    unknown_[t] = known_of_[t] != kNotAsked && count(known(t)) != entries_;
    // Codes of one byte are looked up sixteen or more at a time: no list is faster than that.
    is_rare_[t] = code_bytes_ > 1 && count(plane(t)) * kEntriesPerRareAnswer < entries_;
    if (!is_rare_[t]) continue;
    rare.push_back(plane(t));
    numbers.push_back(static_cast<uint32_t>(t));
  }
  if (!rare.empty()) rare_ = RareAnswers(rare, numbers, entries_);
}

void DictionaryAnswers::Expand(size_t first, size_t rows, std::span<const PatternSet::Output> outputs) const {
  const void* codes = static_cast<const char*>(codes_) + first * code_bytes_;
  const size_t words = (rows + 63) / 64;
  for (size_t t = 0; t < outputs.size(); ++t) {
    if (is_rare_[t]) {
      std::fill_n(outputs[t].plane, words, 0);
    } else {
      ExpandCodes(codes, code_bytes_, rows, plane(t), outputs[t].plane);
    }
    if (outputs[t].known == nullptr) continue;
    if (unknown_[t]) {
      ExpandCodes(codes, code_bytes_, rows, known(t), outputs[t].known);
    } else {
      std::fill_n(outputs[t].known, words, ~uint64_t{0});
    }
  }
  if (rare_.empty()) return;
  std::vector<uint64_t*> planes(outputs.size());
  for (size_t t = 0; t < outputs.size(); ++t) planes[t] = outputs[t].plane;
  rare_.Expand(codes, code_bytes_, rows, planes);
}

}  // namespace assay

#include "runtime/engine/dictionary.h"

#include <algorithm>
#include <string_view>

namespace assay {

bool DictionaryAnswers::Pays(const Column& column) {
  return column.layout == ColumnLayout::kDictionary && column.children[0].rows <= column.rows;
}

DictionaryAnswers::DictionaryAnswers(const PatternSet& tests, const Column& dictionary, ScanScratch& scratch) {
  // At least one word, so that "empty" means "not made" even for a dictionary without entries.
  words_ = std::max<size_t>(1, (dictionary.rows + 63) / 64);
  planes_.resize(words_ * tests.size());
  known_.resize(words_ * tests.size());
  unknown_.resize(tests.size());
  std::vector<std::string_view> texts;
  std::vector<PatternSet::Output> outputs(tests.size());
  for (size_t first = 0; first < dictionary.rows; first += kBlockRows) {
    const size_t rows = std::min(kBlockRows, dictionary.rows - first);
    texts.clear();
    for (size_t i = 0; i < rows; ++i) texts.push_back(dictionary.Text(first + i));
    for (size_t t = 0; t < tests.size(); ++t) {
      outputs[t] = {planes_.data() + t * words_ + first / 64, known_.data() + t * words_ + first / 64};
    }
    tests.Scan(texts, nullptr, outputs, scratch);
  }
  for (size_t t = 0; t < tests.size(); ++t) {
    for (size_t word = 0; word * 64 < dictionary.rows; ++word) {
      const size_t left = dictionary.rows - word * 64;
      const uint64_t all = left >= 64 ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
      if (known(t)[word] != all) unknown_[t] = true;
    }
  }
}

}  // namespace assay

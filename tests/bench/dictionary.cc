// How fast texts are searched for dictionaries of ten thousand to a million phrases, and how fast those are made, beside what a
// person would write: lower the text, cut it into words, look up every run of up to three of them in a std::unordered_set
// (for phrases anywhere: every eight bytes in a set of beginnings). Prints one JSON object; tests/bench/run reads it.
//
//   bench_dictionary [text file, a row a line]     without one: words of its own making, common ones often
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <ctime>
#include <algorithm>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "runtime/scan/dictionary_search.h"

namespace {

using namespace assay;

// Of this thread's own time, so that a busy machine matters less.
double Now() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double Seconds(const std::function<void()>& work) {
  const double begin = Now();
  work();
  return Now() - begin;
}

// The fastest of three.
double Best(const std::function<void()>& work) { return std::min({Seconds(work), Seconds(work), Seconds(work)}); }

class Language {
 public:
  explicit Language(uint32_t seed) : random_(seed) {
    static const char* kSyllables[] = {"a", "e", "i", "o", "u", "ta", "re", "ni", "so", "la", "me", "ing", "er", "con", "st", "th", "an", "or", "es", "de", "po", "ri", "che", "un", "ver", "ly", "ment", "b", "s", "k"};
    std::unordered_set<std::string> known;
    while (words_.size() < 60'000) {
      // Common words are short.
      const size_t longest = 2 + static_cast<size_t>(std::log10(static_cast<double>(words_.size() + 1)));
      std::string word;
      for (size_t n = 1 + random_() % longest; n > 0; --n) word += kSyllables[random_() % std::size(kSyllables)];
      if (known.insert(word).second || words_.size() > 100'000) words_.push_back(word);
    }
  }

  // Zipf's law: the word of rank r about as often as 1/r.
  const std::string& Common() {
    const double u = static_cast<double>(random_()) / static_cast<double>(std::mt19937::max());
    const auto rank = static_cast<size_t>(std::pow(static_cast<double>(words_.size()), u));
    return words_[std::min(rank, words_.size()) - 1];
  }

  std::string Row(size_t bytes) {
    std::string row;
    while (row.size() < bytes) {
      std::string word = Common();
      if (random_() % 12 == 0) word[0] = static_cast<char>(word[0] - 32);
      row += word;
      row += random_() % 10 == 0 ? ", " : random_() % 15 == 0 ? ". " : " ";
    }
    return row;
  }

  // One to three words, of which the last is rare, so that rows are searched to their ends but walks begin often.
  std::string Phrase(const std::vector<std::string>& sample) {
    std::string phrase;
    for (size_t n = random_() % 3; n > 0; --n) phrase += sample[random_() % sample.size()] + ' ';
    for (size_t n = 2; n > 0; --n) phrase += words_[random_() % words_.size()];
    return phrase + "qu";
  }

  std::mt19937& random() { return random_; }

 private:
  std::mt19937 random_;
  std::vector<std::string> words_;
};

bool IsWord(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || static_cast<signed char>(c) < 0; }
std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return lower;
}

bool WordsByHand(const std::unordered_set<std::string_view>& members, std::string_view text) {
  const std::string lower = Lower(text);
  std::vector<std::pair<size_t, size_t>> words;
  for (size_t at = 0; at < lower.size();) {
    if (!IsWord(lower[at])) {
      ++at;
      continue;
    }
    const size_t begin = at;
    while (at < lower.size() && IsWord(lower[at])) ++at;
    words.emplace_back(begin, at);
  }
  for (size_t i = 0; i < words.size(); ++i) {
    for (size_t last = i; last < words.size() && last < i + 3; ++last) {
      if (members.contains(std::string_view(lower).substr(words[i].first, words[last].second - words[i].first))) return true;
    }
  }
  return false;
}

bool AnywhereByHand(const std::unordered_map<std::string_view, std::vector<std::string_view>>& members, std::string_view text) {
  const std::string lower = Lower(text);
  for (size_t at = 0; at + 8 <= lower.size(); ++at) {
    const auto found = members.find(std::string_view(lower).substr(at, 8));
    if (found == members.end()) continue;
    for (const std::string_view member : found->second) {
      if (std::string_view(lower).substr(at).starts_with(member)) return true;
    }
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  Language language(7);
  std::vector<std::string> rows;
  if (argc > 1) {
    std::ifstream in(argv[1]);
    for (std::string line; std::getline(in, line) && rows.size() < 200'000;) rows.push_back(line);
  } else {
    while (rows.size() < 100'000) rows.push_back(language.Row(150));
  }
  size_t bytes = 0;
  for (const std::string& row : rows) bytes += row.size();
  // Beginnings of phrases: words as rows have them.
  std::vector<std::string> sample;
  for (int n = 0; n < 200'000; ++n) {
    const std::string row = Lower(rows[language.random()() % rows.size()]);
    size_t begin = row.empty() ? 0 : language.random()() % row.size();
    while (begin > 0 && IsWord(row[begin - 1])) --begin;
    size_t end = begin;
    while (end < row.size() && IsWord(row[end])) ++end;
    if (end > begin) sample.push_back(row.substr(begin, end - begin));
  }
  const auto rate = [&](double seconds) { return static_cast<double>(bytes) / 1e6 / seconds; };

  std::string out = fmt::format("{{\"bytes\": {}, \"rows\": {}, \"dictionaries\": [", bytes, rows.size());
  bool first = true;
  for (const size_t count : {10'000, 100'000, 1'000'000}) {
    std::vector<std::string> phrases;
    while (phrases.size() < count) {
      std::string phrase = language.Phrase(sample);
      if (phrase.size() >= 8) phrases.push_back(std::move(phrase));
    }
    for (const bool words : {true, false}) {
      SetValues set({kStringType}, {.nocase = true, .words = words});
      const double add = Seconds([&] {
        for (const std::string& phrase : phrases) set.AddText(phrase);
      });
      std::optional<DictionarySearch> search;
      const double build = Seconds([&] { search.emplace(set); });
      DictionarySearch::Scratch scratch;
      size_t found = 0, found_by_hand = 0;
      const double here = Best([&] {
        found = 0;
        for (const std::string& row : rows) found += search->AnyIn(row, scratch);
      });
      std::unordered_set<std::string_view> members;
      std::unordered_map<std::string_view, std::vector<std::string_view>> beginnings;
      const double build_by_hand = Seconds([&] {
        if (words) {
          members.insert(phrases.begin(), phrases.end());
        } else {
          for (const std::string& phrase : phrases) beginnings[std::string_view(phrase).substr(0, 8)].push_back(phrase);
        }
      });
      const double by_hand = Best([&] {
        found_by_hand = 0;
        for (const std::string& row : rows) found_by_hand += words ? WordsByHand(members, row) : AnywhereByHand(beginnings, row);
      });
      if (found != found_by_hand) {
        fmt::print(stderr, "bench: {} rows found here, {} by hand\n", found, found_by_hand);
        return 1;
      }
      out += fmt::format("{}\n {{\"phrases\": {}, \"words\": {}, \"found\": {}, \"megabytes_per_second\": {:.0f}, \"by_hand\": {:.0f}, \"add_seconds\": {:.4f}, "
                         "\"build_seconds\": {:.4f}, \"build_by_hand\": {:.4f}, \"bytes_per_phrase\": {:.1f}}}",
                         first ? "" : ",", set.size(), words, found, rate(here), rate(by_hand), add, build, build_by_hand,
                         static_cast<double>(search->bytes()) / static_cast<double>(set.size()));
      first = false;
    }
  }
  fmt::print("{}\n]}}\n", out);
  return 0;
}

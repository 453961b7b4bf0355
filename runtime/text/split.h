// Taking texts apart: white space, words, tokens, lines, sentences. Results are views of the text and are appended; the
// Count versions give the same number without making the list, and may stop at `enough` or later.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace assay::text {

inline constexpr size_t kAll = ~size_t{0};

// Python's str.split(): the pieces between runs of white space, none of them empty.
void Split(std::string_view text, std::vector<std::string_view>& out);
size_t CountSplit(std::string_view text, size_t enough = kAll);

// Python's str.split(separator): pieces between occurrences, empty ones too. An empty separator gives the text as a whole.
void SplitBy(std::string_view text, std::string_view separator, std::vector<std::string_view>& out);

// Maximal runs of word characters (`\w+`).
void Words(std::string_view text, std::vector<std::string_view>& out);
size_t CountWords(std::string_view text, size_t enough = kAll);

// Maximal runs of word characters, and every other character that is not white space, alone.
void Tokens(std::string_view text, std::vector<std::string_view>& out);
size_t CountTokens(std::string_view text, size_t enough = kAll);

// Python's str.splitlines().
void Lines(std::string_view text, std::vector<std::string_view>& out);
size_t CountLines(std::string_view text, size_t enough = kAll);

// A sentence ends behind a run of `.`, `!`, `?`, U+2026, U+203D, U+3002, U+FF01 or U+FF1F and the quotes and brackets that
// close it, where white space follows or the text ends (the three full-width marks need no space), and at two line breaks
// in a row. A single `.` does not end one behind a single letter ("J. Smith") or before a lower-case letter. Sentences are
// stripped of white space and never empty.
void Sentences(std::string_view text, std::vector<std::string_view>& out);
size_t CountSentences(std::string_view text);

// Python's str.strip(), lstrip(), rstrip().
std::string_view Strip(std::string_view text);
std::string_view StripLeft(std::string_view text);
std::string_view StripRight(std::string_view text);

// The classes that `count(t, class)` knows.
enum class CharClass : unsigned char { kUpper, kLower, kLetter, kDigit, kSpace, kPunct, kEmoji, kAscii };
inline constexpr size_t kCharClasses = 8;

// Code points of one class. kLetter is str.isalpha, kDigit str.isdecimal, kPunct the categories P*, kEmoji as
// Property::kEmoji says.
size_t CountClass(std::string_view text, CharClass char_class);

// All of them in one pass, indexed by CharClass.
struct CharCounts {
  size_t of[kCharClasses] = {};
  size_t code_points = 0;
};
CharCounts CountClasses(std::string_view text);

}  // namespace assay::text

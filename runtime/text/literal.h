// Finding a literal string: exact or by simple case folding, anywhere or as whole words, and globs. A Literal is prepared
// once and then shared by threads. Idea: candidates by vector comparison of the literal's first and last bytes, both cases of
// an ASCII letter at once; then a comparison code point by code point. No allocation while searching.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace assay::text {

struct LiteralOptions {
  bool nocase = false;  // compare by simple case folding: `k` also finds U+212A, `s` also U+017F
  bool words = false;   // only where no word character stands on either side of the match
  friend bool operator==(const LiteralOptions&, const LiteralOptions&) = default;
};

class Literal {
 public:
  explicit Literal(std::string_view needle, LiteralOptions options = {});

  struct Range {
    size_t begin;  // bytes
    size_t end;
  };

  bool In(std::string_view text) const { return Find(text).has_value(); }

  // The first match that begins at byte `from` (a boundary) or later. The empty literal is found everywhere.
  std::optional<Range> Find(std::string_view text, size_t from = 0) const;

  // Matches without overlaps, as Python's str.count: the empty literal counts code points + 1.
  size_t Count(std::string_view text) const;

  // The text begins (ends) with the literal; with `words`, no word character may follow (precede) it.
  bool Starts(std::string_view text) const;
  bool Ends(std::string_view text) const;

  // The whole text equals the literal.
  bool Equals(std::string_view text) const;

  const std::string& needle() const { return needle_; }
  LiteralOptions options() const { return options_; }

 private:
  std::optional<size_t> MatchAt(std::string_view text, size_t at) const;
  std::optional<Range> FindBytes(std::string_view text, size_t from) const;
  std::optional<Range> FindFolded(std::string_view text, size_t from) const;

  std::string needle_;     // as given
  std::u32string folded_;  // its simple foldings, with nocase
  LiteralOptions options_;
  bool ascii_ = false;        // the needle is ASCII
  bool bytes_only_ = false;   // every match has the needle's length, byte by byte, in any text
  bool letters_ks_ = false;   // an ASCII needle with a k or s, which non-ASCII characters match too
};

// True when two texts are equal by simple case folding.
bool EqualsNocase(std::string_view a, std::string_view b);

// The glob `t like pattern` over the whole text: `*` is any run of characters, line breaks too, `?` one code point; nothing
// else is special. Costs at most |text| x |pattern|.
bool Like(std::string_view text, std::string_view pattern, bool nocase = false);

// memmem with a vector unit: the first occurrence at or after `from`, else npos.
size_t FindBytes(std::string_view text, std::string_view needle, size_t from = 0);

}  // namespace assay::text

// A set of code points: sorted closed ranges that neither overlap nor touch. Surrogates are never members.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "runtime/text/unicode.h"

namespace assay::patterns {

using text::CodePointRange;

class CodePointSet {
 public:
  CodePointSet() = default;
  static CodePointSet Of(char32_t c) { return OfRange(c, c); }
  static CodePointSet OfRange(char32_t first, char32_t last);
  static CodePointSet OfRanges(std::span<const CodePointRange> ranges);  // in any order
  static CodePointSet All();

  // The classes of patterns, for Unicode or ASCII (flag a).
  static const CodePointSet& Word(bool ascii);
  static const CodePointSet& Digit(bool ascii);
  static const CodePointSet& Space(bool ascii);

  void Add(char32_t first, char32_t last);
  void Add(const CodePointSet& other);
  CodePointSet Complement() const;
  CodePointSet Intersect(const CodePointSet& other) const;
  // With every code point that is equal to a member by simple case folding; ASCII letters alone with `ascii`.
  CodePointSet FoldClosed(bool ascii) const;

  bool Contains(char32_t c) const;
  bool empty() const { return ranges_.empty(); }
  // Number of members.
  uint32_t size() const;
  bool IsSubsetOf(const CodePointSet& other) const;
  std::span<const CodePointRange> ranges() const { return ranges_; }

  friend bool operator==(const CodePointSet&, const CodePointSet&) = default;

 private:
  void Normalize();
  std::vector<CodePointRange> ranges_;
};

}  // namespace assay::patterns

// How values, types and places are written in the text of a rule graph: the printer's half and the reader's half of the same
// small language side by side. Text is quoted with \" \\ \n \r \t and \u{hex} for control characters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/arena.h"
#include "runtime/base/span.h"
#include "runtime/base/types.h"
#include "runtime/base/value.h"
#include "runtime/builtins/sets.h"

namespace assay {

void AppendQuoted(std::string_view text, std::string& out);
void AppendValue(const Value& value, std::string& out);
void AppendScalar(const SetScalar& scalar, std::string& out);
// " @file:begin:end", or nothing for no place.
void AppendSpan(const SourceSpan& span, std::string& out);

// Reads one line. Every Take function skips blanks first and consumes nothing when it returns false or nothing.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : rest_(line) {}

  bool AtEnd();
  std::string_view rest() const { return rest_; }

  bool Take(std::string_view token);         // exactly these characters
  std::optional<std::string_view> Word();    // letters, digits, `_`
  std::optional<std::string> Quoted();
  std::optional<int64_t> Int();
  std::optional<double> Float();             // also inf and -inf
  std::optional<uint32_t> Index();           // digits, below 2^32 - 1
  std::optional<uint32_t> Prefixed(char prefix);  // `%12`
  std::optional<SourceSpan> Span();          // `@file:begin:end`
  std::optional<TypeId> Type(TypeStore& types, int depth = 0);
  // A value of the type (null is one of any); its text and lists are in `arena`.
  std::optional<Value> ValueOf(TypeId type, const TypeStore& types, Arena& arena);

 private:
  void SkipBlanks();

  std::string_view rest_;
};

// How deep types nest.
inline constexpr int kMaxTypeDepth = 16;

}  // namespace assay

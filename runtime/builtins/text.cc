// Rows of the built-ins on text: case, pieces, parts, counts, conversions of form.
#include <algorithm>
#include <string>
#include <vector>

#include "runtime/builtins/rows.h"
#include "runtime/builtins/slices.h"
#include "runtime/builtins/values.h"
#include "runtime/text/case.h"
#include "runtime/text/literal.h"
#include "runtime/text/normalize.h"
#include "runtime/text/split.h"
#include "runtime/text/utf8.h"

namespace assay::rows {
namespace {

using Pieces = std::vector<std::string_view>;

int64_t LengthOf(std::string_view text) { return static_cast<int64_t>(text::CountCodePoints(text)); }

Value Sliced(std::string_view text, int64_t start, int64_t stop, int64_t step, Arena& arena) {
  const int64_t length = LengthOf(text);
  const auto slice = ResolveSlice(length, start, stop, step);
  if (!slice) return Value::Null();
  if (slice->count == 0) return Value::String({});
  const auto first = static_cast<size_t>(slice->first);
  if (slice->step == 1) {
    const std::string_view rest = text.substr(text::ByteOffset(text, first));
    return Value::String(rest.substr(0, text::ByteOffset(rest, static_cast<size_t>(slice->count))));
  }
  std::vector<size_t> begins;  // the byte of each code point, and the end
  begins.reserve(static_cast<size_t>(length) + 1);
  for (size_t at = 0; at < text.size(); at += text::Decode(text.data() + at).length) begins.push_back(at);
  begins.push_back(text.size());
  std::string made;
  for (int64_t i = 0; i < slice->count; ++i) {
    const auto index = static_cast<size_t>(slice->first + i * slice->step);
    made.append(text, begins[index], begins[index + 1] - begins[index]);
  }
  return Value::String(arena.Copy(made));
}

template <auto SplitFunction>
Value PiecesOf(const Value& text, EvalContext& context) {
  Pieces pieces;
  SplitFunction(text.as_string(), pieces);
  return ListOfTexts(pieces, *context.arena);
}

}  // namespace

Value EvalOpIndexText(Arguments a, EvalContext&) {
  const std::string_view text = a[0].as_string();
  const int64_t length = LengthOf(text);
  int64_t index = a[1].as_int();
  if (index < 0) index += length;
  if (index < 0 || index >= length) return Value::Null();
  const std::string_view rest = text.substr(text::ByteOffset(text, static_cast<size_t>(index)));
  return Value::String(rest.substr(0, text::Decode(rest.data()).length));
}

Value EvalOpSliceText(Arguments a, EvalContext& context) {
  return Sliced(a[0].as_string(), a[1].as_int(), a[2].as_int(), a[3].as_int(), *context.arena);
}

Value EvalLen(Arguments a, EvalContext&) { return Value::Int(LengthOf(a[0].as_string())); }

Value EvalLower(Arguments a, EvalContext& context) { return Value::String(text::Lower(a[0].as_string(), *context.arena)); }
Value EvalUpper(Arguments a, EvalContext& context) { return Value::String(text::Upper(a[0].as_string(), *context.arena)); }
Value EvalTitle(Arguments a, EvalContext& context) { return Value::String(text::Title(a[0].as_string(), *context.arena)); }
Value EvalCasefold(Arguments a, EvalContext& context) { return Value::String(text::Casefold(a[0].as_string(), *context.arena)); }

Value EvalStrip(Arguments a, EvalContext&) { return Value::String(text::Strip(a[0].as_string())); }

Value EvalTrimPrefix(Arguments a, EvalContext&) {
  std::string_view text = a[0].as_string();
  const std::string_view prefix = a[1].as_string();
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  return Value::String(text);
}

Value EvalTrimSuffix(Arguments a, EvalContext&) {
  std::string_view text = a[0].as_string();
  const std::string_view suffix = a[1].as_string();
  if (text.ends_with(suffix)) text.remove_suffix(suffix.size());
  return Value::String(text);
}

Value EvalSplit(Arguments a, EvalContext& context) { return PiecesOf<&text::Split>(a[0], context); }
Value EvalWords(Arguments a, EvalContext& context) { return PiecesOf<&text::Words>(a[0], context); }
Value EvalTokens(Arguments a, EvalContext& context) { return PiecesOf<&text::Tokens>(a[0], context); }
Value EvalLines(Arguments a, EvalContext& context) { return PiecesOf<&text::Lines>(a[0], context); }
Value EvalSentences(Arguments a, EvalContext& context) { return PiecesOf<&text::Sentences>(a[0], context); }

Value EvalSplitBy(Arguments a, EvalContext& context) {
  Pieces pieces;
  text::SplitBy(a[0].as_string(), a[1].as_string(), pieces);
  return ListOfTexts(pieces, *context.arena);
}

Value EvalNgrams(Arguments a, EvalContext& context) {
  const auto tokens = a[0].as_list();
  if (a[1].as_int() < 1) return Value::Null();
  Pieces texts;
  size_t total = 0;
  for (const Value& token : tokens) {
    if (token.is_null()) continue;
    texts.push_back(token.as_string());
    total += texts.back().size() + 1;
  }
  if (static_cast<uint64_t>(a[1].as_int()) > texts.size()) return Value::List({});
  const auto n = static_cast<size_t>(a[1].as_int());
  const size_t limit = std::max(kMaxMadeText, 16 * total);
  Pieces grams;
  size_t made = 0;
  std::string gram;
  for (size_t first = 0; first + n <= texts.size(); ++first) {
    gram.clear();
    for (size_t i = first; i < first + n; ++i) {
      if (i > first) gram += ' ';
      gram += texts[i];
    }
    made += gram.size();
    if (made > limit) return Value::Null();
    grams.push_back(context.arena->Copy(gram));
  }
  return ListOfTexts(grams, *context.arena);
}

Value EvalReplace(Arguments a, EvalContext& context) {
  const std::string_view text = a[0].as_string();
  const std::string_view from = a[1].as_string();
  const std::string_view to = a[2].as_string();
  const size_t limit = std::max(kMaxMadeText, text.size());
  std::string made;
  if (from.empty()) {  // before every character and at the end
    for (size_t at = 0; at < text.size();) {
      const size_t length = text::Decode(text.data() + at).length;
      made.append(to).append(text, at, length);
      if (made.size() > limit) return Value::Null();
      at += length;
    }
    made.append(to);
  } else {
    size_t at = 0;
    for (size_t hit; (hit = text::FindBytes(text, from, at)) != std::string_view::npos; at = hit + from.size()) {
      made.append(text, at, hit - at).append(to);
      if (made.size() > limit) return Value::Null();
    }
    if (at == 0) return a[0];
    made.append(text, at);
  }
  if (made.size() > limit) return Value::Null();
  return Value::String(context.arena->Copy(made));
}

Value EvalSubstring(Arguments a, EvalContext& context) {
  return Sliced(a[0].as_string(), a[1].as_int(), std::numeric_limits<int64_t>::max(), 1, *context.arena);
}
Value EvalSubstringTo(Arguments a, EvalContext& context) {
  // The smallest int is an ordinary bound here: the same as any other far below the text's beginning.
  const int64_t stop = std::max(a[2].as_int(), kAbsentBound + 1);
  return Sliced(a[0].as_string(), a[1].as_int(), stop, 1, *context.arena);
}

Value EvalFind(Arguments a, EvalContext&) {
  const std::string_view text = a[0].as_string();
  const size_t at = text::FindBytes(text, a[1].as_string());
  if (at == std::string_view::npos) return Value::Null();
  return Value::Int(static_cast<int64_t>(text::CodePointIndex(text, at)));
}

Value EvalCount(Arguments a, EvalContext&) {
  const std::string_view text = a[0].as_string();
  const std::string_view part = a[1].as_string();
  if (part.empty()) return Value::Int(LengthOf(text) + 1);
  int64_t count = 0;
  for (size_t at = 0; (at = text::FindBytes(text, part, at)) != std::string_view::npos; at += part.size()) ++count;
  return Value::Int(count);
}

Value EvalCountClass(Arguments a, EvalContext&) {
  const int64_t char_class = a[1].as_int();
  if (char_class < 0 || char_class >= static_cast<int64_t>(text::kCharClasses)) return Value::Int(0);
  return Value::Int(static_cast<int64_t>(text::CountClass(a[0].as_string(), static_cast<text::CharClass>(char_class))));
}

Value EvalReverse(Arguments a, EvalContext& context) {
  const std::string_view text = a[0].as_string();
  if (text.empty()) return a[0];
  const auto made = context.arena->Allocate<char>(text.size());
  size_t to = made.size();
  for (size_t at = 0; at < text.size();) {
    const size_t length = text::Decode(text.data() + at).length;
    to -= length;
    std::copy_n(text.data() + at, length, made.data() + to);
    at += length;
  }
  return Value::String({made.data(), made.size()});
}

Value EvalRepeat(Arguments a, EvalContext& context) {
  const std::string_view text = a[0].as_string();
  const int64_t times = a[1].as_int();
  if (times <= 0 || text.empty()) return Value::String({});
  if (static_cast<uint64_t>(times) > kMaxMadeText / text.size()) return Value::Null();
  const auto made = context.arena->Allocate<char>(text.size() * static_cast<size_t>(times));
  for (size_t at = 0; at < made.size(); at += text.size()) std::copy(text.begin(), text.end(), made.data() + at);
  return Value::String({made.data(), made.size()});
}

Value EvalNormalize(Arguments a, EvalContext& context) {
  const auto form = text::NormalFormNamed(a[1].as_string());
  if (!form) return Value::Null();
  return Value::String(text::Normalize(a[0].as_string(), *form, *context.arena));
}

Value EvalIsUpper(Arguments a, EvalContext&) { return Value::Bool(text::IsUpper(a[0].as_string())); }
Value EvalIsLower(Arguments a, EvalContext&) { return Value::Bool(text::IsLower(a[0].as_string())); }
Value EvalIsTitle(Arguments a, EvalContext&) { return Value::Bool(text::IsTitle(a[0].as_string())); }
Value EvalIsDigit(Arguments a, EvalContext&) { return Value::Bool(text::IsDigit(a[0].as_string())); }
Value EvalIsAscii(Arguments a, EvalContext&) { return Value::Bool(text::IsAscii(a[0].as_string())); }

Value EvalFormat(Arguments a, EvalContext& context) {
  Pieces parts;
  for (const Value& part : a) parts.push_back(part.as_string());
  const auto made = Concatenate(parts, *context.arena);
  return made ? Value::String(*made) : Value::Null();
}

}  // namespace assay::rows

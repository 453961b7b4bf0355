// Numbers, strings, durations, patterns, and strings with expressions inside.
#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "compiler/parse/byte_stream.h"
#include "compiler/parse/error_strategy.h"
#include "compiler/parse/generated/AssayLexer.h"
#include "compiler/parse/tokens.h"
#include "compiler/parse/tree_builder.h"

namespace assay {

using antlr4::Token;
using ast::Expr;
using ast::ExprId;
using ast::ExprKind;
using P = grammar::AssayParser;

namespace {

// A template inside a template inside a template needs escaped quotes no one can read.
constexpr size_t kMaxTemplateDepth = 3;

std::string WithoutUnderscores(std::string_view digits) {
  std::string out(digits);
  std::erase(out, '_');
  return out;
}

// Whether a number outside of the range of floats is too large, not too small: by its power of ten. 12.5e3: 1 + 3 = 4.
bool IsLarge(std::string_view text) {
  const size_t mark = text.find_first_of("eE");
  const std::string_view digits = text.substr(0, mark);
  int64_t exponent = 0;
  if (mark != std::string_view::npos) {
    std::string_view written = text.substr(mark + 1);
    const bool negative = written.starts_with('-');
    if (negative || written.starts_with('+')) written.remove_prefix(1);
    const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), exponent);
    if (error != std::errc()) return !negative;
    if (negative) exponent = -exponent;
  }
  const auto point = static_cast<int64_t>(std::min(digits.find('.'), digits.size()));
  const auto first = static_cast<int64_t>(std::min(digits.find_first_of("123456789"), digits.size()));
  return point - first + exponent > 0;
}

void AppendUtf8(std::string& out, uint32_t code_point) {
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | code_point >> 6);
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0 | code_point >> 12);
    out += static_cast<char>(0x80 | (code_point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code_point >> 18);
    out += static_cast<char>(0x80 | (code_point >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code_point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  }
}

}  // namespace

ExprId TreeBuilder::BuildNumber(Token* token, bool negative, SourceSpan span) {
  const SourceSpan digits_span = SpanOf(file_, token);
  const std::string text = WithoutUnderscores(TextOf(digits_span));
  const auto bad = [&](std::string message) {
    sink_.Report(Diagnostic(DiagnosticKind::kBadNumber, digits_span, std::move(message)));
    return Error(span);
  };
  if (token->getType() == P::BAD_NUMBER) return bad(fmt::format("{} is not a number", Quote(text_, token)));
  if (token->getType() == P::VERSION) return bad(fmt::format("{} is a version, not a number", Quote(text_, token)));
  if (token->getType() == P::FLOAT) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::result_out_of_range && !IsLarge(text)) number = 0;  // too small is zero, as everywhere
    if (error != std::errc() && IsLarge(text)) {
      return bad(fmt::format("{} does not fit into a 64-bit float", Quote(text_, token)));
    }
    Expr e = Node(ExprKind::kFloat, span);
    e.number = negative ? -number : number;
    return Add(e);
  }
  const bool hex = text.size() > 2 && (text[1] == 'x' || text[1] == 'X');
  const char* const first = text.data() + (hex ? 2 : 0);
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(first, text.data() + text.size(), value, hex ? 16 : 10);
  const uint64_t limit = static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) + (negative ? 1 : 0);
  if (error != std::errc() || value > limit) {
    return bad(fmt::format("{} does not fit into a 64-bit integer", Quote(text_, token)));
  }
  Expr e = Node(ExprKind::kInt, span);
  e.value = static_cast<int64_t>(negative ? 0 - value : value);
  return Add(e);
}

ExprId TreeBuilder::BuildDuration(Token* token) {
  const SourceSpan span = SpanOf(file_, token);
  std::string text = WithoutUnderscores(TextOf(span));
  const char unit = text.back();
  text.pop_back();
  const int64_t seconds = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : 86400;
  const int64_t factor = seconds * 1'000'000;
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count > std::numeric_limits<int64_t>::max() / factor) {
    sink_.Report(Diagnostic(DiagnosticKind::kBadNumber, span, fmt::format("{} is too long a duration", Quote(text_, token))));
    return Error(span);
  }
  Expr e = Node(ExprKind::kDuration, span);
  e.value = count * factor;
  return Add(e);
}

ExprId TreeBuilder::BuildPattern(Token* token) {
  const SourceSpan span = SpanOf(file_, token);
  const std::string_view text = TextOf(span);
  const size_t close = text.rfind('/');
  Expr e = Node(ExprKind::kRegex, span);
  e.text = ast_.Keep(text.substr(1, close - 1));
  const ast::Name flags{ast_.Keep(text.substr(close + 1)), {file_, static_cast<uint32_t>(span.begin + close + 1), span.end}};
  return Add(e, {}, std::span(&flags, 1));
}

ExprId TreeBuilder::BuildString(P::StringContext* c) {
  Expr e = Node(ExprKind::kString, SpanOfContext(c));
  e.text = ast_.Keep(DecodeString(c->start));
  return Add(e);
}

std::string TreeBuilder::DecodeString(Token* token) {
  const SourceSpan span = SpanOf(file_, token);
  std::string_view text = TextOf(span);
  if (token->getType() == P::RAW_STRING) return std::string(text.substr(2, text.size() - 3));
  if (token->getType() == P::UNTERMINATED_STRING) {
    sink_.Report(Diagnostic(DiagnosticKind::kUnterminatedString, span, "this string has no closing quote on its line"));
    return "";
  }
  const std::string_view content = text.substr(1, text.size() - 2);
  if (token->getType() == P::SINGLE_QUOTED) {
    std::string quoted = "\"";
    for (size_t i = 0; i < content.size(); ++i) {
      if (content[i] == '"') {
        quoted += "\\\"";
      } else if (content.substr(i).starts_with("\\'")) {
        quoted += '\'';
        ++i;
      } else if (content[i] == '\\' && i + 1 < content.size()) {
        quoted += content.substr(i, 2);
        ++i;
      } else {
        quoted += content[i];
      }
    }
    quoted += '"';
    sink_.Report(Diagnostic(DiagnosticKind::kSingleQuotes, span, "strings stand in double quotes")
                     .WithFix("write it with double quotes", span, quoted));
    return std::string(content);
  }
  return DecodeEscapes(content, span.begin + 1);
}

std::string TreeBuilder::DecodeEscapes(std::string_view content, uint32_t begin) {
  if (content.find('\\') == std::string_view::npos) return std::string(content);
  std::string out;
  for (size_t i = 0; i < content.size(); ++i) {
    if (content[i] != '\\' || i + 1 == content.size()) {
      out += content[i];
      continue;
    }
    const size_t start = i++;
    const auto bad = [&](size_t length, std::string message) {
      const SourceSpan span{file_, static_cast<uint32_t>(begin + start), static_cast<uint32_t>(begin + start + length)};
      sink_.Report(Diagnostic(DiagnosticKind::kBadEscape, span, std::move(message))
                       .WithHelp("the escapes are `\\n`, `\\t`, `\\r`, `\\\"`, `\\\\` and `\\u{1F600}`; `r\"...\"` has none"));
    };
    switch (content[i]) {
      case 'n': out += '\n'; break;
      case 't': out += '\t'; break;
      case 'r': out += '\r'; break;
      case '"': out += '"'; break;
      case '\\': out += '\\'; break;
      case 'u': {
        const size_t close = content.find('}', i);
        if (content.substr(i + 1, 1) != "{" || close == std::string_view::npos) {
          bad(2, "`\\u` is followed by a code point in braces: `\\u{1F600}`");
          break;
        }
        const std::string_view hex = content.substr(i + 2, close - i - 2);
        uint32_t code_point = 0;
        const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), code_point, 16);
        const bool read = error == std::errc() && end == hex.data() + hex.size();
        if (!read || code_point > 0x10FFFF || (code_point >= 0xD800 && code_point < 0xE000)) {
          bad(close + 1 - start, "this is not a code point");
        } else {
          AppendUtf8(out, code_point);
        }
        i = close;
        break;
      }
      default: {
        // A whole code point may follow the backslash.
        size_t length = 2;
        while (start + length < content.size() && (static_cast<unsigned char>(content[start + length]) & 0xC0) == 0x80) ++length;
        bad(length, fmt::format("there is no escape `{}`", content.substr(start, length)));
        i = start + length - 1;
      }
    }
  }
  return out;
}

std::vector<ExprId> TreeBuilder::BuildTemplateParts(SourceSpan span) {
  const std::string_view literal = TextOf(span);
  const bool raw = literal.starts_with('r');
  const size_t open = raw ? 2 : 1;
  if (literal.size() < open + 1) return {};
  const std::string_view content = literal.substr(open, literal.size() - open - 1);
  const auto begin = static_cast<uint32_t>(span.begin + open);
  std::vector<ExprId> parts;
  std::string text;
  size_t text_begin = 0;
  const auto flush = [&](size_t end) {
    if (!text.empty()) {
      const SourceSpan part{file_, static_cast<uint32_t>(begin + text_begin), static_cast<uint32_t>(begin + end)};
      Expr e = Node(ExprKind::kString, part);
      e.text = ast_.Keep(raw ? text : DecodeEscapes(text, part.begin));
      parts.push_back(Add(e));
      text.clear();
    }
  };
  const auto bad = [&](size_t at, std::string message) {
    const auto place = static_cast<uint32_t>(begin + at);
    sink_.Report(Diagnostic(DiagnosticKind::kBadTemplate, {file_, place, place + 1}, std::move(message))
                     .WithHelp("an expression stands in braces, as in `\"kw_{word}\"`; a brace itself is written twice"));
  };
  for (size_t i = 0; i < content.size(); ++i) {
    const char c = content[i];
    if (text.empty()) text_begin = i;
    if ((c == '{' || c == '}') && i + 1 < content.size() && content[i + 1] == c) {
      text += c;
      ++i;
    } else if (!raw && content.substr(i).starts_with("\\u{")) {
      const size_t close = std::min(content.find('}', i), content.size() - 1);
      text += content.substr(i, close - i + 1);
      i = close;
    } else if (c == '\\' && !raw && i + 1 < content.size()) {
      text += content.substr(i, 2);
      ++i;
    } else if (c == '}') {
      bad(i, "`}` without a `{` before it");
      return parts;
    } else if (c == '{') {
      const size_t close = content.find('}', i);
      if (close == std::string_view::npos) {
        bad(i, "`{` without a `}` behind it");
        return parts;
      }
      flush(i);
      if (content.find_first_not_of(" \t", i + 1) == close) {
        bad(i, "nothing between the braces");
      } else {
        parts.push_back(ParseInner(static_cast<uint32_t>(begin + i + 1), static_cast<uint32_t>(begin + close)));
      }
      i = close;
    } else {
      text += c;
    }
  }
  flush(content.size());
  return parts;
}

ExprId TreeBuilder::ParseInner(uint32_t begin, uint32_t end) {
  const SourceSpan span{file_, begin, end};
  const auto bad = [&] {
    sink_.Report(Diagnostic(DiagnosticKind::kBadTemplate, span, fmt::format("`{}` is not an expression", TextOf(span))));
    return Error(span);
  };
  if (inner_depth_ >= kMaxTemplateDepth) return bad();
  ByteStream stream(text_, begin, end);
  grammar::AssayLexer lexer(&stream);
  lexer.removeErrorListeners();
  antlr4::CommonTokenStream tokens(&lexer);
  P parser(&tokens);
  parser.removeErrorListeners();
  auto strategy = std::make_shared<ErrorStrategy>(sources_, file_, tokens, sink_);
  parser.setErrorHandler(strategy);
  try {
    ++inner_depth_;
    const ExprId id = BuildExpression(parser.wholeExpression()->expression());
    --inner_depth_;
    return id;
  } catch (const antlr4::ParseCancellationException&) {
  } catch (const NestingError&) {
  }
  --inner_depth_;
  return bad();
}

}  // namespace assay

// Expressions are grown from their type downwards, as text. Every compound expression is in parentheses: precedence is the
// parser's tests' business.
#include "random_program.h"

#include <fmt/format.h>

#include <algorithm>

#include "random_batch.h"
#include "runtime/text/utf8.h"

namespace assay::differential {
namespace {

// A text as a string literal.
std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (char32_t c : text::CodePoints(text)) {
    switch (c) {
      case U'"': out += "\\\""; break;
      case U'\\': out += "\\\\"; break;
      case U'\n': out += "\\n"; break;
      case U'\t': out += "\\t"; break;
      case U'\r': out += "\\r"; break;
      default:
        if (c < 0x20 || (c >= 0x7f && c < 0xa1) || c == 0x2028 || c == 0x200B) {
          out += fmt::format("\\u{{{:X}}}", static_cast<uint32_t>(c));
        } else {
          text::AppendUtf8(c, out);
        }
    }
  }
  return out + "\"";
}

class Writer {
 public:
  explicit Writer(RandomSource& random) : random_(random) {}

  std::vector<std::string> Program(size_t rules) {
    out_ = {"labels Topic { A, B, C }", SchemaText()};
    out_.push_back(fmt::format("param least: int = {}", random_.Between(-3, 9)));
    out_.push_back(fmt::format("const most = {}", random_.Between(0, 40)));
    for (int i = 0; i < 3; ++i) {
      constexpr std::string_view kModifiers[] = {"", " nocase", " words", " nocase words"};
      out_.push_back(fmt::format("set words_{}{} = {}", i, random_.Pick(kModifiers), Texts(1 + random_.Below(5))));
    }
    out_.push_back(fmt::format("set numbers_0 = [{}, {}, {}]", random_.Between(-9, 20), random_.Between(21, 30), random_.Between(31, 99)));
    for (int i = 0; i < 2; ++i) out_.push_back(fmt::format("regex pattern_{} = {}", i, Pattern()));
    for (int i = 0; i < 3; ++i) {
      constexpr std::string_view kTypes[] = {"bool", "int", "string"};
      const size_t type = static_cast<size_t>(i);
      const std::string body = type == 0 ? Bool(3) : type == 1 ? Int(3) : Text(3);
      out_.push_back(fmt::format("let {}_{} = {}", kTypes[type], lets_, body));
      (type == 0 ? bools_ : type == 1 ? ints_ : texts_).push_back(fmt::format("{}_{}", kTypes[type], lets_));
      ++lets_;
    }
    out_.push_back(fmt::format("fn close(n: int, m: int) -> bool = abs(n - m) < {}", random_.Between(1, 9)));
    out_.push_back(fmt::format("fn mentions_it(t: string) -> bool = t contains {} or len(t) > {}", Quoted(Keyword(random_)), random_.Between(0, 60)));
    for (size_t i = 0; i < rules; ++i) Rule(i);
    if (random_.Chance(0.5)) Family();
    out_.push_back(fmt::format("slice some when {}", Bool(3)));
    return out_;
  }

 private:
  std::string Label() {
    constexpr std::string_view kLabels[] = {"A", "B", "C"};
    return std::string(random_.Pick(kLabels));
  }

  void Rule(size_t i) {
    const std::string name = fmt::format("rule_{}", i);
    if (random_.Chance(0.5)) {
      out_.push_back(fmt::format("lf {} -> {}{} when {}", name, Label(), random_.Chance(0.15) ? " with 0.75" : "", Bool(4)));
    } else {
      std::string text = fmt::format("lf {}: Topic {{\n", name);
      const size_t branches = 1 + random_.Below(4);
      for (size_t b = 0; b < branches; ++b) {
        text += fmt::format("    {} when {}\n", b + 1 < branches && random_.Chance(0.2) ? "abstain" : Label(), Bool(3));
      }
      out_.push_back(text + "}");
    }
    rules_.push_back(name);
  }

  void Family() {
    const bool over_set = random_.Chance(0.5);
    out_.push_back(fmt::format("for word in {} {{\n    lf \"family_{{index}}\" -> {} when {} contains word{} and {}\n}}",
                               over_set ? "words_0" : Texts(2 + random_.Below(3)), Label(), Text(2),
                               random_.Chance(0.3) ? " nocase" : "", Bool(2)));
  }

  std::string Texts(size_t count) {
    std::string out = "[";
    std::vector<std::string> used;
    for (size_t i = 0; i < count; ++i) {
      // Numbered: a member named twice is a warning, and a set of nothing but the empty text says little.
      std::string text = Keyword(random_);
      if (text.empty() || std::ranges::find(used, text) != used.end()) text += fmt::format("w{}", i);
      used.push_back(text);
      out += (i == 0 ? "" : ", ") + Quoted(text);
    }
    return out + "]";
  }

  std::string Set() {
    return random_.Chance(0.6) ? fmt::format("words_{}", random_.Below(3)) : Texts(1 + random_.Below(3));
  }

  std::string Pattern() {
    const PatternText pattern = RandomPattern(random_);
    std::string text;
    for (char c : pattern.pattern) text += c == '/' ? "\\/" : std::string(1, c);
    return fmt::format("/{}/{}", text, pattern.flags);
  }
  std::string Regex() { return random_.Chance(0.4) ? fmt::format("pattern_{}", random_.Below(2)) : Pattern(); }

  std::string Bool(size_t depth) {
    if (depth == 0) {
      if (!bools_.empty() && random_.Chance(0.2)) return random_.Pick(bools_);
      constexpr std::string_view kLeaves[] = {"flag", "flag", "maybe", "maybe", "true", "false"};
      return std::string(random_.Pick(kLeaves));
    }
    const size_t d = depth - 1;
    switch (random_.Below(24)) {
      case 0:
      case 1: return fmt::format("({} and {})", Bool(d), Bool(d));
      case 2:
      case 3: return fmt::format("({} or {} or {})", Bool(d), Bool(d), Bool(d));
      case 4: return fmt::format("(not {})", Bool(d));
      case 5: return fmt::format("({} {} {})", Int(d), Comparison(), Int(d));
      case 6: return fmt::format("({} {} {})", Float(d), Comparison(), Float(d));
      case 7: return fmt::format("({} {} {})", Text(d), Comparison(), Text(d));
      case 8: return fmt::format("({} <= {} < {})", Int(0), Int(d), Int(0));
      case 9: return fmt::format("({} contains {}{})", Text(d), Quoted(Keyword(random_)), random_.Chance(0.4) ? " nocase" : "");
      case 10: {
        constexpr std::string_view kHas[] = {"has", "has any", "has all", "has none"};
        return fmt::format("({} {} {})", random_.Chance(0.7) ? Text(d) : Tokens(d), random_.Pick(kHas), Set());
      }
      case 11:
      case 12: return fmt::format("({} matches {})", Text(d), Regex());
      case 13: return fmt::format("({} starts with {})", Text(d), random_.Chance(0.5) ? Quoted(Keyword(random_)) : Set());
      case 14: return fmt::format("({} ends with {})", Text(d), random_.Chance(0.5) ? Quoted(Keyword(random_)) : Set());
      case 15: return fmt::format("({} like {})", Text(d), Quoted(fmt::format("*{}?*", Keyword(random_))));
      case 16: return fmt::format("({} {}in {})", Text(d), random_.Chance(0.4) ? "not " : "", Set());
      case 17: return fmt::format("({} in {})", Int(d), random_.Chance(0.5) ? "numbers_0" : "[1, 2, 5, 7]");
      case 18: return fmt::format("({} is {}null)", AnyField(), random_.Chance(0.5) ? "not " : "");
      case 19: return fmt::format("(maybe ?? {})", Bool(d));
      case 20: return fmt::format("(if {} then {} else {})", Bool(d), Bool(d), Bool(d));
      case 21: return Vote();
      case 22: return random_.Chance(0.5) ? fmt::format("close({}, {})", Int(d), Int(d)) : fmt::format("mentions_it({})", Text(d));
      default: {
        constexpr std::string_view kTests[] = {"is_upper", "is_lower", "is_title", "is_digit", "is_ascii", "luhn"};
        return fmt::format("{}({})", random_.Pick(kTests), Text(d));
      }
    }
  }

  std::string Vote() {
    if (rules_.empty()) return "maybe";
    const std::string& rule = random_.Pick(rules_);
    switch (random_.Below(4)) {
      case 0: return fmt::format("({} votes)", rule);
      case 1: return fmt::format("({} abstains)", rule);
      case 2: return fmt::format("({} != {})", rule, Label());
      default: return fmt::format("({} == {})", rule, Label());
    }
  }

  std::string AnyField() {
    constexpr std::string_view kFields[] = {"note", "kind", "tally", "share", "maybe", "absent"};
    return std::string(random_.Pick(kFields));
  }
  std::string Comparison() {
    constexpr std::string_view kOperators[] = {"<", "<=", ">", ">=", "==", "!="};
    return std::string(random_.Pick(kOperators));
  }

  std::string Int(size_t depth) {
    if (depth == 0) {
      if (!ints_.empty() && random_.Chance(0.15)) return random_.Pick(ints_);
      switch (random_.Below(7)) {
        case 0: return "number";
        case 1: return "tally";
        case 2: return "least";
        case 3: return "most";
        case 4: return random_.Chance(0.1) ? "9223372036854775807" : fmt::format("{}", random_.Below(12));
        default: return fmt::format("len({})", Text(0));
      }
    }
    const size_t d = depth - 1;
    constexpr std::string_view kOperators[] = {"+", "-", "*", "//", "%"};
    switch (random_.Below(12)) {
      case 0:
      case 1:
      case 2: return fmt::format("({} {} {})", Int(d), random_.Pick(kOperators), Int(d));
      case 3: return fmt::format("(-{})", Int(d));
      case 4: return fmt::format("len({})", random_.Chance(0.5) ? Text(d) : Tokens(d));
      case 5: return fmt::format("count({}, {})", Text(d), Regex());
      case 6: {
        constexpr std::string_view kClasses[] = {"upper", "lower", "letter", "digit", "space", "punct", "emoji", "ascii"};
        return fmt::format("count({}, {})", Text(d), random_.Pick(kClasses));
      }
      case 7: return fmt::format("{}({}, {})", random_.Chance(0.5) ? "min" : "max", Int(d), Int(d));
      case 8: return fmt::format("(tally ?? {})", Int(d));
      case 9: return fmt::format("find({}, {})", Text(d), Quoted(Keyword(random_)));
      case 10: return fmt::format("(if {} then {} else {})", Bool(d), Int(d), Int(d));
      default: {
        constexpr std::string_view kOf[] = {"int", "round", "floor", "ceil", "sign"};
        return fmt::format("{}({})", random_.Pick(kOf), Float(d));
      }
    }
  }

  std::string Float(size_t depth) {
    if (depth == 0) {
      constexpr std::string_view kLeaves[] = {"size", "size", "share", "share", "0.5", "0.0", "1e300", "2.5", "1.0"};
      return std::string(random_.Pick(kLeaves));
    }
    const size_t d = depth - 1;
    constexpr std::string_view kOperators[] = {"+", "-", "*", "/", "//", "%"};
    switch (random_.Below(7)) {
      case 0:
      case 1: return fmt::format("({} {} {})", Float(d), random_.Pick(kOperators), Float(d));
      case 2: return fmt::format("float({})", Int(d));
      case 3: return fmt::format("(share ?? {})", Float(d));
      case 4: return fmt::format("abs({})", Float(d));
      case 5: return fmt::format("sqrt({})", Float(d));
      default: return fmt::format("(-{})", Float(d));
    }
  }

  std::string Text(size_t depth) {
    if (depth == 0 || random_.Chance(0.4)) {
      if (!texts_.empty() && random_.Chance(0.1)) return random_.Pick(texts_);
      constexpr std::string_view kLeaves[] = {"text", "text", "text", "note", "note", "kind", "code", "absent"};
      return std::string(random_.Pick(kLeaves));
    }
    const size_t d = depth - 1;
    switch (random_.Below(11)) {
      case 0:
      case 1:
      case 2: return fmt::format("lower({})", Text(d));
      case 3: {
        constexpr std::string_view kOf[] = {"upper", "strip", "title", "casefold", "reverse", "unescape"};
        return fmt::format("{}({})", random_.Pick(kOf), Text(d));
      }
      case 4: return fmt::format("({} + {})", Text(d), Text(d));
      case 5: return fmt::format("{}[{}]", Text(0), random_.Between(0, 3));
      case 6: return fmt::format("{}[{}:{}]", Text(0), random_.Between(0, 3), random_.Between(0, 12));
      case 7: return fmt::format("replace({}, {}, {})", Text(d), Quoted(Keyword(random_)), Quoted(Keyword(random_)));
      case 8: return fmt::format("(note ?? {})", Text(d));
      case 9: return fmt::format("string({})", random_.Chance(0.5) ? Int(d) : Float(d));
      default: return fmt::format("first({})", Tokens(d));
    }
  }

  std::string Tokens(size_t depth) {
    constexpr std::string_view kOf[] = {"split", "words", "tokens", "lines"};
    const std::string list = fmt::format("{}({})", random_.Pick(kOf), Text(depth == 0 ? 0 : depth - 1));
    if (random_.Chance(0.2)) return fmt::format("{}[{}:{}]", list, random_.Between(0, 2), random_.Between(1, 6));
    return list;
  }

  RandomSource& random_;
  std::vector<std::string> out_;
  std::vector<std::string> rules_;
  std::vector<std::string> bools_;
  std::vector<std::string> ints_;
  std::vector<std::string> texts_;
  size_t lets_ = 0;
};

}  // namespace

std::vector<std::string> RandomProgram(RandomSource& random, size_t rules) { return Writer(random).Program(rules); }

std::string JoinProgram(const std::vector<std::string>& declarations) {
  std::string text;
  for (const std::string& declaration : declarations) text += declaration + "\n";
  return text;
}

}  // namespace assay::differential

// What is written how, and why:
//   * `\w` and `\d` become property classes beside their ASCII ranges: [0-9A-Z_a-z\p{L}\p{N}] is str.isalnum and `_` in every
//     version of PCRE2 (its own \w took in marks in 10.43), with the characters that the library's Unicode does not know yet
//     listed. The ASCII ranges come first for the JIT, which tests them by a bitmap.
//   * Ignoring case: runs of ASCII by (?i:...), where all versions agree (`k` also U+212A, `s` also U+017F) and the JIT searches
//     fast; everything else as a class of its fold orbit.
//   * `\b` is a look-around on each side; where a neighbour in the pattern decides one side, only the other is asked, which
//     leaves PCRE2 its search for first characters.
//   * `^` and `$` are PCRE2's under LF line breaks with ALT_CIRCUMFLEX (set by runtime/text); `\Z` is \z.
#include "compiler/patterns/pcre2.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>
#include <vector>

#include "compiler/patterns/class_names.h"
#include "runtime/text/utf8.h"

namespace assay::patterns {
namespace {

bool IsAsciiLetter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsAsciiAlnum(char32_t c) { return IsAsciiLetter(c) || (c >= '0' && c <= '9'); }

void AppendCharacter(char32_t c, std::string& out) {
  if (c < 0x20 || c == 0x7F) {
    fmt::format_to(std::back_inserter(out), "\\x{{{:x}}}", static_cast<uint32_t>(c));
  } else if (c < 0x80) {
    if (!IsAsciiAlnum(c) && c != '_' && c != ' ') out.push_back('\\');
    out.push_back(static_cast<char>(c));
  } else {
    fmt::format_to(std::back_inserter(out), "\\x{{{:x}}}", static_cast<uint32_t>(c));
  }
}

void AppendRanges(const CodePointSet& set, std::string& out) {
  for (const CodePointRange& r : set.ranges()) {
    AppendCharacter(r.first, out);
    if (r.last > r.first + 1) out.push_back('-');
    if (r.last > r.first) AppendCharacter(r.last, out);
  }
}

CodePointSet UnknownToPcre2() { return CodePointSet::OfRanges(text::WordsUnknownToPcre2()); }

// The blocks that PCRE2's properties name. Numbers other than decimal digits are what is left of \w.
struct Blocks {
  CodePointSet letters = CodePointSet::OfRanges(text::AlphaRanges());
  CodePointSet digits = CodePointSet::Digit(false);
  CodePointSet words = CodePointSet::Word(false);
  std::string letter_text = Spell("A-Za-z\\p{L}", letters);
  std::string digit_text = Spell("0-9\\p{Nd}", digits);
  std::string word_text = Spell("0-9A-Z_a-z\\p{L}\\p{N}", words);
  CodePointSet not_letters = letters.Complement();
  CodePointSet not_digits = digits.Complement();
  CodePointSet not_words = words.Complement();
  std::vector<NamedClass> classes = {
      {word_text, &words, &not_words}, {letter_text, &letters, &not_letters}, {digit_text, &digits, &not_digits}};

  static std::string Spell(std::string_view properties, const CodePointSet& members) {
    std::string out(properties);
    AppendRanges(members.Intersect(UnknownToPcre2()), out);
    return out;
  }
};

const Blocks& TheBlocks() {
  static const Blocks blocks;
  return blocks;
}

// Whether the character at a place is known to be a word character, or known to be none (or no character at all).
enum class Side : uint8_t { kUnknown, kWord, kOther };

class Writer {
 public:
  Writer(const RegexTree& regex, Captures captures) : regex_(regex), captures_(captures) {
    bool boundaries[2] = {false, false};  // of Unicode, of ASCII words
    for (size_t i = 0; i < regex.size(); ++i) {
      const Node& node = regex[NodeId(i)];
      if (node.kind == NodeKind::kBackreference || node.kind == NodeKind::kConditional) captures_ = Captures::kKeep;
      if (node.kind == NodeKind::kAssertion &&
          (node.assertion == Assertion::kWordBoundary || node.assertion == Assertion::kNotWordBoundary)) {
        boundaries[node.ascii] = true;
      }
    }
    for (const bool ascii : {false, true}) {
      if (!boundaries[ascii]) continue;
      for (size_t i = 0; i < regex.size(); ++i) {
        const Node& node = regex[NodeId(i)];
        firsts_[ascii].push_back(SideOf(node, ascii, firsts_[ascii], true));
        lasts_[ascii].push_back(SideOf(node, ascii, lasts_[ascii], false));
      }
    }
  }

  std::string Write() {
    Alternation(regex_.root());
    return std::move(out_);
  }

 private:
  // The kind of the first (last) character of every match of `node`; unknown where it may be empty.
  Side SideOf(const Node& node, bool ascii, const std::vector<Side>& sides, bool first) const {
    const CodePointSet& word = CodePointSet::Word(ascii);
    const auto child = [&](size_t i) { return sides[node.children[i].index()]; };
    switch (node.kind) {
      case NodeKind::kLiteral: {
        if (node.fold != Fold::kUnicode) return word.Contains(node.literal) ? Side::kWord : Side::kOther;
        CodePointSet orbit;
        for (const char32_t c : text::FoldOrbit(node.literal)) orbit.Add(c, c);
        return OfSet(orbit, word);
      }
      case NodeKind::kSet: return OfSet(node.set, word);
      case NodeKind::kConcat: return child(first ? 0 : node.children.size() - 1);
      case NodeKind::kAlternate: {
        for (size_t i = 1; i < node.children.size(); ++i) {
          if (child(i) != child(0)) return Side::kUnknown;
        }
        return child(0);
      }
      case NodeKind::kRepeat: return node.min > 0 ? child(0) : Side::kUnknown;
      case NodeKind::kGroup:
      case NodeKind::kAtomic: return child(0);
      case NodeKind::kEmpty:
      case NodeKind::kAssertion:
      case NodeKind::kLook:
      case NodeKind::kBackreference:
      case NodeKind::kConditional: return Side::kUnknown;
    }
    return Side::kUnknown;
  }

  static Side OfSet(const CodePointSet& set, const CodePointSet& word) {
    const CodePointSet common = set.Intersect(word);
    if (common.empty()) return Side::kOther;
    return common == set ? Side::kWord : Side::kUnknown;
  }

  void Alternation(NodeId id) {
    const Node& node = regex_[id];
    if (node.kind != NodeKind::kAlternate) return Sequence(id);
    for (size_t i = 0; i < node.children.size(); ++i) {
      if (i > 0) out_.push_back('|');
      Sequence(node.children[i]);
    }
  }

  void Sequence(NodeId id) {
    const Node& node = regex_[id];
    if (node.kind != NodeKind::kConcat) return Term(id, Side::kUnknown, Side::kUnknown);
    for (size_t i = 0; i < node.children.size();) {
      const size_t run = FoldedRun(node, i);
      if (run > i) {
        out_ += "(?i:";
        for (; i < run; ++i) AppendCharacter(regex_[node.children[i]].literal, out_);
        out_.push_back(')');
        continue;
      }
      const Node& child = regex_[node.children[i]];
      const bool ascii = child.ascii;
      const bool asks = child.kind == NodeKind::kAssertion && !firsts_[ascii].empty();
      const Side before = asks && i > 0 ? lasts_[ascii][node.children[i - 1].index()] : Side::kUnknown;
      const Side after =
          asks && i + 1 < node.children.size() ? firsts_[ascii][node.children[i + 1].index()] : Side::kUnknown;
      Term(node.children[i], before, after);
      ++i;
    }
  }

  // One past the literals from `begin` that (?i:...) writes together: ASCII letters that ignore case as in Unicode, and
  // ASCII that has no case between them.
  size_t FoldedRun(const Node& concat, size_t begin) const {
    size_t end = begin;
    for (size_t i = begin; i < concat.children.size(); ++i) {
      const Node& node = regex_[concat.children[i]];
      if (node.kind != NodeKind::kLiteral || node.literal >= 0x80) break;
      if (IsAsciiLetter(node.literal) != (node.fold == Fold::kUnicode)) break;
      if (IsAsciiLetter(node.literal)) end = i + 1;
    }
    return end > begin && IsAsciiLetter(regex_[concat.children[begin]].literal) ? end : begin;
  }

  void Wrapped(NodeId id) {
    out_ += "(?:";
    Alternation(id);
    out_.push_back(')');
  }

  void Term(NodeId id, Side before, Side after) {
    const Node& node = regex_[id];
    switch (node.kind) {
      case NodeKind::kEmpty: return;
      case NodeKind::kLiteral:
      case NodeKind::kSet: return Character(node, "");
      case NodeKind::kAssertion: return WriteAssertion(node, before, after);
      case NodeKind::kConcat:
      case NodeKind::kAlternate: return Wrapped(id);
      case NodeKind::kRepeat: return Repeat(node);
      case NodeKind::kGroup:
        if (captures_ == Captures::kDrop) return Wrapped(node.children[0]);
        out_.push_back('(');
        break;
      case NodeKind::kAtomic: out_ += "(?>"; break;
      case NodeKind::kLook:
        out_ += node.behind ? "(?<" : "(?";
        out_.push_back(node.negative ? '!' : '=');
        break;
      case NodeKind::kBackreference:
        if (node.fold != Fold::kExact) out_ += "(?i:";
        fmt::format_to(std::back_inserter(out_), "\\g{{{}}}", node.group);
        if (node.fold != Fold::kExact) out_.push_back(')');
        return;
      case NodeKind::kConditional:
        fmt::format_to(std::back_inserter(out_), "(?({})", node.group);
        Branch(node.children[0]);
        out_.push_back('|');
        Branch(node.children[1]);
        out_.push_back(')');
        return;
    }
    Alternation(node.children[0]);
    out_.push_back(')');
  }

  // A branch of a conditional, which has no bare `|`.
  void Branch(NodeId id) {
    if (regex_[id].kind == NodeKind::kAlternate) {
      Wrapped(id);
    } else {
      Sequence(id);
    }
  }

  // One character and its quantifier.
  void Character(const Node& node, std::string_view quantifier) {
    if (node.kind == NodeKind::kSet) return WriteSet(node.set, quantifier);
    const char32_t c = node.literal;
    if (node.fold == Fold::kExact) {
      AppendCharacter(c, out_);
    } else if (node.fold == Fold::kAscii) {
      out_ += {'[', static_cast<char>(c), static_cast<char>(c - 32), ']'};
    } else if (IsAsciiLetter(c)) {
      out_ += {'(', '?', 'i', ':', static_cast<char>(c)};
      out_ += quantifier;
      out_.push_back(')');
      return;
    } else {
      out_.push_back('[');
      for (const char32_t equal : text::FoldOrbit(c)) AppendCharacter(equal, out_);
      out_.push_back(']');
    }
    out_ += quantifier;
  }

  void WriteSet(const CodePointSet& set, std::string_view quantifier) {
    static const CodePointSet all = CodePointSet::All();
    static const CodePointSet not_line_feed = CodePointSet::Of('\n').Complement();
    if (set.empty()) {
      out_ += "(?:(?!))";  // a group, so that the quantifier has one item
    } else if (set == all) {
      out_ += "(?s:.";
      out_ += quantifier;
      out_.push_back(')');
      return;
    } else if (set == not_line_feed) {
      out_.push_back('.');
    } else {
      const ClassParts parts = SplitIntoClasses(set, TheBlocks().classes);
      out_ += parts.negated ? "[^" : "[";
      for (const std::string_view name : parts.names) out_ += name;
      AppendRanges(parts.rest, out_);
      out_.push_back(']');
    }
    out_ += quantifier;
  }

  static std::string Quantifier(const Node& node) {
    std::string text;
    if (node.min == 0 && node.max == Node::kUnbounded) {
      text = "*";
    } else if (node.min == 1 && node.max == Node::kUnbounded) {
      text = "+";
    } else if (node.min == 0 && node.max == 1) {
      text = "?";
    } else if (node.max == Node::kUnbounded) {
      text = fmt::format("{{{},}}", node.min);
    } else if (node.min == node.max) {
      text = fmt::format("{{{}}}", node.min);
    } else {
      text = fmt::format("{{{},{}}}", node.min, node.max);
    }
    switch (node.mode) {
      case RepeatMode::kGreedy: break;
      case RepeatMode::kLazy: text.push_back('?'); break;
      case RepeatMode::kPossessive: text.push_back('+'); break;
    }
    return text;
  }

  // What stands in a pattern zero times: nothing, but its groups have numbers. (PCRE2 10.42 looks into `(?:a|.*b){0}` for where
  // a match may begin.)
  void Never(NodeId id) {
    if (captures_ == Captures::kDrop) return;
    size_t groups = 0;
    std::vector<NodeId> below = {id};
    while (!below.empty()) {
      const Node& node = regex_[below.back()];
      below.pop_back();
      if (node.kind == NodeKind::kGroup) ++groups;
      below.insert(below.end(), node.children.begin(), node.children.end());
    }
    for (; groups > 0; --groups) out_ += "(){0}";
  }

  void Repeat(const Node& node) {
    const NodeId child = node.children[0];
    if (node.max == 0) return Never(child);
    const NodeKind kind = regex_[child].kind;
    const std::string quantifier = Quantifier(node);
    if (kind == NodeKind::kLiteral || kind == NodeKind::kSet) return Character(regex_[child], quantifier);
    if (kind == NodeKind::kGroup) {
      Term(child, Side::kUnknown, Side::kUnknown);
    } else {
      Wrapped(child);
    }
    out_ += quantifier;
  }

  void WriteAssertion(const Node& node, Side before, Side after) {
    switch (node.assertion) {
      case Assertion::kTextBegin: out_ += "^"; return;
      case Assertion::kTextEnd: out_ += "\\z"; return;
      case Assertion::kTextEndLine: out_ += "$"; return;
      case Assertion::kLineBegin: out_ += "(?m:^)"; return;
      case Assertion::kLineEnd: out_ += "(?m:$)"; return;
      case Assertion::kWordBoundary: return Boundary(node.ascii, false, before, after);
      case Assertion::kNotWordBoundary: return Boundary(node.ascii, true, before, after);
    }
  }

  // True where the sides differ, or with `same` where they are alike.
  void Boundary(bool ascii, bool same, Side before, Side after) {
    const std::string word = fmt::format("[{}]", ascii ? "0-9A-Z_a-z" : TheBlocks().word_text);
    const auto look = [&](const char* open, bool positive) { out_ += fmt::format("(?{}{}{})", open, positive ? '=' : '!', word); };
    if (before != Side::kUnknown && after != Side::kUnknown) {
      if ((before == after) != same) out_ += "(?!)";
    } else if (after != Side::kUnknown) {
      look("<", (after == Side::kWord) == same);
    } else if (before != Side::kUnknown) {
      look("", (before == Side::kWord) == same);
    } else {
      // In the empty text nothing is alike, as in Python before 3.14.
      out_ += fmt::format("(?(?<={0})(?{1}{0})|(?{2}{0}){3})", word, same ? '=' : '!', same ? '!' : '=', same ? "(?!^\\z)" : "");
    }
  }

  const RegexTree& regex_;
  Captures captures_;
  std::vector<Side> firsts_[2];  // by Unicode or ASCII words, by node
  std::vector<Side> lasts_[2];
  std::string out_;
};

}  // namespace

std::string ToPcre2(const RegexTree& regex, Captures captures) { return Writer(regex, captures).Write(); }

}  // namespace assay::patterns

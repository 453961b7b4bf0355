// The canonical spelling: no flags, everything that a flag would say stands as (?i:...), (?m:...) or (?a:...) at the node.
#include <fmt/format.h>

#include <iterator>
#include <string>

#include "compiler/patterns/analyze.h"
#include "compiler/patterns/class_names.h"

namespace assay::patterns {
namespace {

class Printer {
 public:
  explicit Printer(const RegexTree& regex) : regex_(regex) {}

  std::string Print() {
    Alternation(regex_.root());
    return std::move(out_);
  }

 private:
  void Character(char32_t c) {
    if (c >= 0x20 && c < 0x7F) {
      const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == ' ' ||
                         c == ',' || c == '\'' || c == '"' || c == ':' || c == ';' || c == '@' || c == '%' || c == '<' || c == '>' ||
                         c == '=' || c == '!';
      if (!plain) out_.push_back('\\');
      out_.push_back(static_cast<char>(c));
    } else if (c <= 0xFF) {
      fmt::format_to(std::back_inserter(out_), "\\x{:02x}", static_cast<uint32_t>(c));
    } else if (c <= 0xFFFF) {
      fmt::format_to(std::back_inserter(out_), "\\u{:04x}", static_cast<uint32_t>(c));
    } else {
      fmt::format_to(std::back_inserter(out_), "\\U{:08x}", static_cast<uint32_t>(c));
    }
  }

  void Set(const CodePointSet& set) {
    static const CodePointSet not_word = CodePointSet::Word(false).Complement();
    static const CodePointSet not_digit = CodePointSet::Digit(false).Complement();
    static const CodePointSet not_space = CodePointSet::Space(false).Complement();
    static const NamedClass kClasses[] = {{"\\w", &CodePointSet::Word(false), &not_word},
                                          {"\\d", &CodePointSet::Digit(false), &not_digit},
                                          {"\\s", &CodePointSet::Space(false), &not_space}};
    if (set.empty()) {
      out_ += "[^\\s\\S]";
      return;
    }
    const ClassParts parts = SplitIntoClasses(set, kClasses);
    if (parts.negated && parts.names.empty() && parts.rest.empty()) {
      out_ += "[\\s\\S]";
      return;
    }
    out_ += parts.negated ? "[^" : "[";
    for (const std::string_view name : parts.names) out_ += name;
    for (const CodePointRange& r : parts.rest.ranges()) {
      Character(r.first);
      if (r.last > r.first + 1) out_.push_back('-');
      if (r.last > r.first) Character(r.last);
    }
    out_.push_back(']');
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
    if (node.kind != NodeKind::kConcat) return Term(id);
    for (const NodeId child : node.children) Term(child);
  }

  void Enclosed(const char* open, NodeId id) {
    out_ += open;
    Alternation(id);
    out_.push_back(')');
  }

  void Term(NodeId id) {
    const Node& node = regex_[id];
    switch (node.kind) {
      case NodeKind::kEmpty: return;
      case NodeKind::kLiteral:
        if (node.fold != Fold::kExact) out_ += node.fold == Fold::kAscii ? "(?ai:" : "(?i:";
        Character(node.literal);
        if (node.fold != Fold::kExact) out_.push_back(')');
        return;
      case NodeKind::kSet: return Set(node.set);
      case NodeKind::kAssertion: return PrintAssertion(node);
      case NodeKind::kConcat:
      case NodeKind::kAlternate: return Enclosed("(?:", id);
      case NodeKind::kRepeat: return Repeat(node);
      case NodeKind::kGroup: {
        const std::string name = NameOf(node.group);
        return Enclosed(name.empty() ? "(" : fmt::format("(?P<{}>", name).c_str(), node.children[0]);
      }
      case NodeKind::kAtomic: return Enclosed("(?>", node.children[0]);
      case NodeKind::kLook:
        return Enclosed(node.behind ? (node.negative ? "(?<!" : "(?<=") : (node.negative ? "(?!" : "(?="), node.children[0]);
      case NodeKind::kBackreference: {
        const char* flags = node.fold == Fold::kExact ? "(?:" : node.fold == Fold::kAscii ? "(?ai:" : "(?i:";
        const std::string name = NameOf(node.group);
        out_ += flags;
        out_ += name.empty() ? fmt::format("\\{}", node.group) : fmt::format("(?P={})", name);
        out_.push_back(')');
        return;
      }
      case NodeKind::kConditional:
        out_ += fmt::format("(?({})", node.group);
        Branch(node.children[0]);
        out_.push_back('|');
        Branch(node.children[1]);
        out_.push_back(')');
        return;
    }
  }

  void Branch(NodeId id) {
    if (regex_[id].kind == NodeKind::kAlternate) return Enclosed("(?:", id);
    Sequence(id);
  }

  std::string NameOf(uint32_t group) const {
    for (const auto& [name, number] : regex_.group_names()) {
      if (number == group) return name;
    }
    return "";
  }

  void PrintAssertion(const Node& node) {
    switch (node.assertion) {
      case Assertion::kTextBegin: out_ += "\\A"; return;
      case Assertion::kTextEnd: out_ += "\\Z"; return;
      case Assertion::kTextEndLine: out_ += "$"; return;
      case Assertion::kLineBegin: out_ += "(?m:^)"; return;
      case Assertion::kLineEnd: out_ += "(?m:$)"; return;
      case Assertion::kWordBoundary: out_ += node.ascii ? "(?a:\\b)" : "\\b"; return;
      case Assertion::kNotWordBoundary: out_ += node.ascii ? "(?a:\\B)" : "\\B"; return;
    }
  }

  void Repeat(const Node& node) {
    const NodeId child = node.children[0];
    switch (regex_[child].kind) {
      case NodeKind::kLiteral:
      case NodeKind::kSet:
      case NodeKind::kGroup: Term(child); break;
      case NodeKind::kEmpty:
      case NodeKind::kAssertion:
      case NodeKind::kConcat:
      case NodeKind::kAlternate:
      case NodeKind::kRepeat:
      case NodeKind::kAtomic:
      case NodeKind::kLook:
      case NodeKind::kBackreference:
      case NodeKind::kConditional: Enclosed("(?:", child); break;
    }
    if (node.max == Node::kUnbounded) {
      out_ += node.min == 0 ? "*" : node.min == 1 ? "+" : fmt::format("{{{},}}", node.min);
    } else if (node.min == 0 && node.max == 1) {
      out_ += "?";
    } else if (node.min == node.max) {
      out_ += fmt::format("{{{}}}", node.min);
    } else {
      out_ += fmt::format("{{{},{}}}", node.min, node.max);
    }
    switch (node.mode) {
      case RepeatMode::kGreedy: break;
      case RepeatMode::kLazy: out_ += "?"; break;
      case RepeatMode::kPossessive: out_ += "+"; break;
    }
  }

  const RegexTree& regex_;
  std::string out_;
};

}  // namespace

std::string Print(const RegexTree& regex) { return Printer(regex).Print(); }

}  // namespace assay::patterns

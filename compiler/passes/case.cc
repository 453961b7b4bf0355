// case: what is known about the case of texts. Two uses:
//
//   never true   `lower(t) contains "X"`: no character of a lowered text is one that lowering changes. The test is decided
//                (compiler/sema has told its author).
//   no column    `lower(t) contains "x"` becomes `t contains "x" nocase` where the two agree on every text, and where that
//                leaves lower(t) without users, so that it need not be made. They agree for few literals: lowering U+0130 gives
//                an `i` (and a dot) where folding gives none, and folding takes U+017F for an `s` where lowering does not. So
//                literals of ASCII without i and s (tests/unit/passes/case_test.cc tries every code point).
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "compiler/passes/pass_list.h"
#include "runtime/text/unicode.h"
#include "runtime/text/utf8.h"

namespace assay {
namespace {

enum class CaseFact : uint8_t { kUnknown, kLowered, kUppered };

// No code point of the text can stand in a lowered (uppered) text.
bool CannotOccur(std::string_view text, CaseFact fact) {
  for (char32_t c : text::CodePoints(text)) {
    const text::Mapping mapped = fact == CaseFact::kLowered ? text::FullLower(c) : text::FullUpper(c);
    if (mapped.length != 1 || mapped.code_points[0] != c) return true;
  }
  return false;
}

// `lower(t)` and `t nocase` agree on this literal for every t.
bool LowerIsNocase(std::string_view literal) {
  return std::ranges::all_of(literal, [](char c) {
    return static_cast<unsigned char>(c) < 0x80 && c != 'i' && c != 's' && !(c >= 'A' && c <= 'Z');
  });
}

class CaseRewrite {
 public:
  explicit CaseRewrite(const PassContext& context)
      : context_(context), rewriter_(context), facts_(context.graph.nodes.size()), never_(context.graph.nodes.size()) {
    FindFacts();
    FindRemovable();
  }

  void Run() {
    const auto any = [](const std::vector<bool>& flags) { return std::ranges::find(flags, true) != flags.end(); };
    if (!any(never_) && !any(removable_)) return;
    rewriter_.Run([&](NodeId old) { return Visit(old); });
  }

 private:
  const NodeStore& from() const { return rewriter_.from(); }
  bool IsCall(NodeId id) const { return from().Get(id).kind == NodeKind::kCall; }

  // The texts of a test's constant right side.
  std::vector<std::string_view> TextsOf(NodeId constant) const {
    const Constant& value = from().ConstantAt(constant);
    if (value.type == kStringType && !value.value.is_null()) return {value.value.as_string()};
    std::vector<std::string_view> texts;
    if (context_.graph.types.Kind(value.type) != TypeKind::kSet) return texts;
    const SetValues& set = context_.graph.resources.set(SetId(value.resource));
    if (set.columns().size() != 1 || set.columns()[0] != kStringType) return texts;
    for (const SetMember& member : set.members()) texts.push_back(std::get<std::string>(member[0]));
    return texts;
  }
  SetModifiers ModifiersOf(NodeId constant) const {
    const Constant& value = from().ConstantAt(constant);
    if (context_.graph.types.Kind(value.type) != TypeKind::kSet) return {};
    return context_.graph.resources.set(SetId(value.resource)).modifiers();
  }

  void FindFacts() {
    for (size_t i = 0; i < facts_.size(); ++i) {
      const NodeId id(i);
      if (!rewriter_.Reachable(id)) continue;
      facts_[i] = FactOf(id);
      never_[i] = NeverTrue(id);
    }
  }

  CaseFact Both(NodeId a, NodeId b) const {
    return facts_[a.index()] == facts_[b.index()] ? facts_[a.index()] : CaseFact::kUnknown;
  }

  CaseFact FactOf(NodeId id) const {
    const auto operands = from().Operands(id);
    const NodeKind kind = from().Get(id).kind;
    if (kind == NodeKind::kIf) return Both(operands[1], operands[2]);
    if (kind == NodeKind::kCoalesce) return Both(operands[0], operands[1]);
    if (kind == NodeKind::kAdd && from().Get(id).type == kStringType) return Both(operands[0], operands[1]);
    if (kind != NodeKind::kCall) return CaseFact::kUnknown;
    switch (from().BuiltinAt(id)) {
      case BuiltinId::Lower: return CaseFact::kLowered;
      case BuiltinId::Upper: return CaseFact::kUppered;
      // Parts of a text, and other orders of its characters.
      case BuiltinId::Strip:
      case BuiltinId::TrimPrefix:
      case BuiltinId::TrimSuffix:
      case BuiltinId::Split:
      case BuiltinId::SplitBy:
      case BuiltinId::Words:
      case BuiltinId::Tokens:
      case BuiltinId::Lines:
      case BuiltinId::Sentences:
      case BuiltinId::Ngrams:
      case BuiltinId::Substring:
      case BuiltinId::SubstringTo:
      case BuiltinId::OpIndexText:
      case BuiltinId::OpIndex:
      case BuiltinId::OpSliceText:
      case BuiltinId::OpSliceList:
      case BuiltinId::Reverse:
      case BuiltinId::ReverseList:
      case BuiltinId::Repeat:
      case BuiltinId::First:
      case BuiltinId::Last:
      case BuiltinId::Extract:
      case BuiltinId::ExtractGroup:
      case BuiltinId::ExtractAll:
      case BuiltinId::ExtractAllGroup: return facts_[operands[0].index()];
      case BuiltinId::Replace: return Both(operands[0], operands[2]);
      default: return CaseFact::kUnknown;  // makes characters of its own, or no text
    }
  }

  // A test of lowered (uppered) text against texts none of which can stand in it.
  bool NeverTrue(NodeId id) const {
    const NodeKind kind = from().Get(id).kind;
    const auto operands = from().Operands(id);
    NodeId text;
    NodeId constant;
    if (kind == NodeKind::kEq) {
      text = operands[0];
      constant = operands[1];
      if (from().IsConst(text)) std::swap(text, constant);
    } else if (kind == NodeKind::kCall) {
      switch (from().BuiltinAt(id)) {
        case BuiltinId::OpContains:
        case BuiltinId::OpHasAny:
        case BuiltinId::OpStartsWith:
        case BuiltinId::OpStartsWithAny:
        case BuiltinId::OpEndsWith:
        case BuiltinId::OpEndsWithAny:
        case BuiltinId::OpHasToken:
        case BuiltinId::OpHasAnyToken:
        case BuiltinId::OpInSet:
          text = operands[0];
          constant = operands[1];
          break;
        default: return false;  // no test of a text against constant texts
      }
    } else {
      return false;
    }
    const CaseFact fact = facts_[text.index()];
    if (fact == CaseFact::kUnknown || !from().IsConst(constant) || ModifiersOf(constant).nocase) return false;
    const auto texts = TextsOf(constant);
    return !texts.empty() && std::ranges::all_of(texts, [&](std::string_view t) { return CannotOccur(t, fact); });
  }

  // Lowered texts all of whose users are tests that can ignore case instead.
  void FindRemovable() {
    removable_.assign(facts_.size(), false);
    for (size_t i = 0; i < facts_.size(); ++i) {
      const NodeId id(i);
      if (rewriter_.Reachable(id) && IsCall(id) && from().BuiltinAt(id) == BuiltinId::Lower) removable_[i] = true;
    }
    ForEachRoot(context_.graph, [&](NodeId& root, bool) { removable_[root.index()] = false; });
    for (size_t i = 0; i < facts_.size(); ++i) {
      const NodeId id(i);
      if (!rewriter_.Reachable(id)) continue;
      for (NodeId operand : from().Operands(id)) {
        if (removable_[operand.index()] && !never_[i] && !NocaseSpelling(id, operand)) removable_[operand.index()] = false;
      }
    }
  }

  struct Spelling {
    BuiltinId builtin;
    std::vector<std::string_view> texts;
  };
  // The test of `lowered` that `id` is, as one that ignores case, if there is one that agrees on every text.
  std::optional<Spelling> NocaseSpelling(NodeId id, NodeId lowered) const {
    const auto operands = from().Operands(id);
    BuiltinId builtin;
    NodeId constant;
    if (from().Get(id).kind == NodeKind::kEq) {
      builtin = BuiltinId::OpInSet;
      constant = operands[0] == lowered ? operands[1] : operands[0];
    } else if (IsCall(id) && operands.size() == 2 && operands[0] == lowered) {
      constant = operands[1];
      switch (from().BuiltinAt(id)) {
        case BuiltinId::OpContains:
        case BuiltinId::OpHasAny: builtin = BuiltinId::OpHasAny; break;
        case BuiltinId::OpStartsWith:
        case BuiltinId::OpStartsWithAny: builtin = BuiltinId::OpStartsWithAny; break;
        case BuiltinId::OpEndsWith:
        case BuiltinId::OpEndsWithAny: builtin = BuiltinId::OpEndsWithAny; break;
        case BuiltinId::OpInSet: builtin = BuiltinId::OpInSet; break;
        default: return std::nullopt;  // needs the lowered text itself
      }
    } else {
      return std::nullopt;
    }
    if (!from().IsConst(constant) || ModifiersOf(constant) != SetModifiers{}) return std::nullopt;
    Spelling spelling{builtin, TextsOf(constant)};
    if (spelling.texts.empty() || !std::ranges::all_of(spelling.texts, LowerIsNocase)) return std::nullopt;
    return spelling;
  }

  NodeId Visit(NodeId old) {
    NodeBuilder& build = rewriter_.build();
    const Node& node = from().Get(old);
    if (never_[old.index()]) {
      if (!node.nullable) return build.nodes().Bool(false);
    }
    // is_true of a test that is false or null.
    if (node.kind == NodeKind::kIsTrue) {
      NodeId inner = from().Operands(old)[0];
      const bool negated = from().Get(inner).kind == NodeKind::kNot;
      if (negated) inner = from().Operands(inner)[0];
      if (never_[inner.index()]) return negated ? build.Not(build.IsNull(rewriter_[inner])) : build.nodes().Bool(false);
    }
    for (NodeId operand : from().Operands(old)) {
      if (!removable_[operand.index()] || never_[old.index()]) continue;
      const auto spelling = NocaseSpelling(old, operand);
      if (!spelling) continue;
      const NodeId text = rewriter_[from().Operands(operand)[0]];
      SetValues set({kStringType}, {.nocase = true, .words = false});
      for (std::string_view t : spelling->texts) set.Add({std::string(t)});
      return build.Call(spelling->builtin, {text, build.nodes().Set(context_.graph.resources.AddSet(std::move(set)))}, kBoolType);
    }
    return rewriter_.Same(old);
  }

  const PassContext& context_;
  Rewriter rewriter_;
  std::vector<CaseFact> facts_;  // by node: of the text, or of the members of the list
  std::vector<bool> never_;      // by node: a test that is false, or null where the text is
  std::vector<bool> removable_;  // by node: a lowered text that need not be made
};

}  // namespace

void CasePass(const PassContext& context) {
  const NodeStore& nodes = context.graph.nodes;
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (nodes.Get(NodeId(i)).kind != NodeKind::kCall) continue;
    const BuiltinId builtin = nodes.BuiltinAt(NodeId(i));
    if (builtin == BuiltinId::Lower || builtin == BuiltinId::Upper) return CaseRewrite(context).Run();
  }
}

}  // namespace assay

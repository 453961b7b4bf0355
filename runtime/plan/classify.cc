// Which nodes are run how: scanned, compiled, counted, or (everything else) derived. The planner decides by these questions
// and the verifier, the scan and the code generator rely on the same answers.
#include "runtime/plan/plan.h"

#include <algorithm>

namespace assay {

namespace {

// Sets of numbers up to this size are a comparison for each member in a kernel; larger ones are looked up.
constexpr size_t kMaxComparedMembers = 16;

bool IsScalar(SlotKind kind) {
  switch (kind) {
    case SlotKind::kPlane:
    case SlotKind::kInt:
    case SlotKind::kFloat: return true;
    case SlotKind::kString:
    case SlotKind::kValue: return false;
  }
  return false;
}

bool IsNumber(SlotKind kind) { return kind == SlotKind::kInt || kind == SlotKind::kFloat; }

bool IsKernelCall(const RuleGraph& graph, NodeId node) {
  switch (graph.nodes.BuiltinAt(node)) {
    case BuiltinId::AbsInt:
    case BuiltinId::AbsFloat:
    case BuiltinId::MinInt:
    case BuiltinId::MinFloat:
    case BuiltinId::MaxInt:
    case BuiltinId::MaxFloat:
    case BuiltinId::ClampInt:
    case BuiltinId::ClampFloat:
    case BuiltinId::IsFinite:
    case BuiltinId::SignInt:
    case BuiltinId::SignFloat:
    case BuiltinId::IntOfInt:
    case BuiltinId::IntOfBool:
    case BuiltinId::FloatOfInt:
    case BuiltinId::FloatOfFloat: return true;
    case BuiltinId::OpInSet: {
      const auto operands = graph.nodes.Operands(node);
      if (!IsNumber(SlotKindOf(graph.types, graph.nodes.Get(operands[0]).type))) return false;
      if (!graph.nodes.IsConst(operands[1])) return false;
      const SetValues& set = graph.resources.set(SetId(graph.nodes.ConstantAt(operands[1]).resource));
      // The members have the operand's type; anything else is left to the row implementation.
      return set.columns().size() == 1 && set.columns()[0] == graph.nodes.Get(operands[0]).type &&
             set.size() <= kMaxComparedMembers;
    }
    default: return false;  // of the many built-ins only those above have a kernel form
  }
}

std::optional<TextTestKind> TestKindOf(BuiltinId builtin) {
  switch (builtin) {
    case BuiltinId::OpContains: return TextTestKind::kContains;
    case BuiltinId::OpContainsNocase: return TextTestKind::kContainsNocase;
    case BuiltinId::OpHasAny: return TextTestKind::kHasAny;
    case BuiltinId::OpHasAll: return TextTestKind::kHasAll;
    case BuiltinId::OpHasNone: return TextTestKind::kHasNone;
    case BuiltinId::OpMatches: return TextTestKind::kMatches;
    case BuiltinId::OpStartsWith:
    case BuiltinId::Starts: return TextTestKind::kStartsWith;
    case BuiltinId::OpStartsWithAny: return TextTestKind::kStartsWithAny;
    case BuiltinId::OpEndsWith:
    case BuiltinId::Ends: return TextTestKind::kEndsWith;
    case BuiltinId::OpEndsWithAny: return TextTestKind::kEndsWithAny;
    case BuiltinId::OpLike: return TextTestKind::kLike;
    case BuiltinId::OpInSet: return TextTestKind::kInSet;
    default: return std::nullopt;  // no test of a text against a constant
  }
}

// A constant that is not null: text, set or pattern.
bool IsTestConstant(const RuleGraph& graph, NodeId node) {
  if (!graph.nodes.IsConst(node)) return false;
  const Constant& constant = graph.nodes.ConstantAt(node);
  switch (graph.types.Kind(constant.type)) {
    case TypeKind::kRegex:
    case TypeKind::kSet: return true;
    default: return !constant.value.is_null();
  }
}

bool IsComputedText(const RuleGraph& graph, NodeId node) {
  const Node& n = graph.nodes.Get(node);
  return n.type == kStringType && n.kind != NodeKind::kConst && n.kind != NodeKind::kParam;
}

}  // namespace

std::string_view SpellingOf(SlotKind kind) {
  switch (kind) {
    case SlotKind::kPlane: return "plane";
    case SlotKind::kInt: return "int";
    case SlotKind::kFloat: return "float";
    case SlotKind::kString: return "string";
    case SlotKind::kValue: return "value";
  }
  return "";
}

SlotKind SlotKindOf(const TypeStore& types, TypeId type) {
  switch (types.Kind(type)) {
    case TypeKind::kBool: return SlotKind::kPlane;
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kTimestamp:
    case TypeKind::kDuration:
    case TypeKind::kLabel: return SlotKind::kInt;
    case TypeKind::kFloat: return SlotKind::kFloat;
    case TypeKind::kString: return SlotKind::kString;
    case TypeKind::kSpan:
    case TypeKind::kRegex:
    case TypeKind::kCharClass:
    case TypeKind::kNull:
    case TypeKind::kList:
    case TypeKind::kSet:
    case TypeKind::kMap:
    case TypeKind::kTuple:
    case TypeKind::kRecord: return SlotKind::kValue;
  }
  return SlotKind::kValue;
}

bool IsKernelNode(const RuleGraph& graph, NodeId node) {
  const Node& n = graph.nodes.Get(node);
  const auto kind_of = [&](NodeId id) { return SlotKindOf(graph.types, graph.nodes.Get(id).type); };
  const auto operands = graph.nodes.Operands(node);
  const auto same_numbers = [&] {
    return IsNumber(kind_of(node)) && kind_of(operands[0]) == kind_of(node) && kind_of(operands[1]) == kind_of(node);
  };
  switch (n.kind) {
    case NodeKind::kConst:
    case NodeKind::kField:
    case NodeKind::kParam:
    case NodeKind::kMakeList:
    case NodeKind::kFloorDiv:
    case NodeKind::kMod: return false;
    case NodeKind::kNot:
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kIsTrue:
    case NodeKind::kIsNull: return true;
    case NodeKind::kEq: return IsScalar(kind_of(operands[0])) && kind_of(operands[0]) == kind_of(operands[1]);
    case NodeKind::kLt: return IsNumber(kind_of(operands[0])) && kind_of(operands[0]) == kind_of(operands[1]);
    case NodeKind::kAdd:
    case NodeKind::kSub:
    case NodeKind::kMul: return same_numbers();
    case NodeKind::kDiv: return n.type == kFloatType && same_numbers();
    case NodeKind::kNeg: return IsNumber(kind_of(node)) && kind_of(operands[0]) == kind_of(node);
    case NodeKind::kToFloat: return kind_of(operands[0]) == SlotKind::kInt;
    case NodeKind::kIf:
      return IsScalar(kind_of(node)) && kind_of(operands[1]) == kind_of(node) && kind_of(operands[2]) == kind_of(node);
    case NodeKind::kCoalesce:
      return IsScalar(kind_of(node)) && kind_of(operands[0]) == kind_of(node) && kind_of(operands[1]) == kind_of(node);
    case NodeKind::kCall: return IsKernelCall(graph, node);
  }
  return false;
}

namespace {

// Whether a scan finds the literals of lower(t) in t: not those with a final or other sigma, which lowering chooses by what
// is around it, not those that lowering has changed already, and not more of them than a scan's automaton takes.
bool IsFoundUnlowered(const RuleGraph& graph, TextTestKind kind, NodeId constant) {
  constexpr size_t kMaxLiterals = 1'000;
  const auto plain = [](std::string_view literal) {
    return !literal.empty() && literal.find("\u03C3") == std::string_view::npos && literal.find("\u03C2") == std::string_view::npos;
  };
  switch (kind) {
    case TextTestKind::kContains:
    case TextTestKind::kStartsWith:
    case TextTestKind::kEndsWith: return plain(graph.nodes.ConstantAt(constant).value.as_string());
    case TextTestKind::kHasAny:
    case TextTestKind::kHasAll:
    case TextTestKind::kHasNone:
    case TextTestKind::kStartsWithAny:
    case TextTestKind::kEndsWithAny: {
      const SetValues& set = graph.resources.set(SetId(graph.nodes.ConstantAt(constant).resource));
      if (set.size() == 0 || set.size() > kMaxLiterals || set.modifiers().nocase) return false;
      const std::vector<text::Literal>& literals = set.Literals();
      return std::all_of(literals.begin(), literals.end(), [&](const text::Literal& literal) { return plain(literal.needle()); });
    }
    case TextTestKind::kEqual:
    case TextTestKind::kInSet:
    case TextTestKind::kContainsNocase:
    case TextTestKind::kMatches:
    case TextTestKind::kLike: return false;
  }
  return false;
}

}  // namespace

std::optional<TextTestNode> AsTextTest(const RuleGraph& graph, NodeId node) {
  const Node& n = graph.nodes.Get(node);
  if (n.kind != NodeKind::kEq && n.kind != NodeKind::kCall) return std::nullopt;
  const auto operands = graph.nodes.Operands(node);
  if (operands.size() != 2) return std::nullopt;
  if (n.kind == NodeKind::kEq) {
    for (int side = 0; side < 2; ++side) {
      if (IsComputedText(graph, operands[side]) && IsTestConstant(graph, operands[1 - side])) {
        return TextTestNode{TextTestKind::kEqual, operands[side], operands[1 - side]};
      }
    }
    return std::nullopt;
  }
  const auto kind = TestKindOf(graph.nodes.BuiltinAt(node));
  if (!kind || !IsComputedText(graph, operands[0]) || !IsTestConstant(graph, operands[1])) return std::nullopt;
  const NodeId text = operands[0];
  if (graph.nodes.Get(text).kind == NodeKind::kCall && graph.nodes.BuiltinAt(text) == BuiltinId::Lower) {
    const NodeId unlowered = graph.nodes.Operands(text)[0];
    if (IsComputedText(graph, unlowered) && IsFoundUnlowered(graph, *kind, operands[1])) {
      return TextTestNode{*kind, unlowered, operands[1], true};
    }
  }
  return TextTestNode{*kind, text, operands[1]};
}

ScanWay ScanWayOf(const RuleGraph& graph, const TextTestNode& test) {
  // Larger sets are no part of the pass: every literal of it is an automaton's positions, and a hash's place.
  constexpr size_t kMaxMembers = 5'000;
  const Constant& constant = graph.nodes.ConstantAt(test.constant);
  const TypeKind type = graph.types.Kind(constant.type);
  if (type == TypeKind::kRegex) {
    return graph.resources.pattern(PatternId(constant.resource)).exact ? ScanWay::kPass : ScanWay::kPassAndPcre2;
  }
  const SetValues* set = type == TypeKind::kSet ? &graph.resources.set(SetId(constant.resource)) : nullptr;
  const bool large = set != nullptr && set->size() > kMaxMembers;
  // The empty literal is not looked for: where it is found its test's meaning says.
  const auto searched = [&] {
    if (set == nullptr) return !constant.value.as_string().empty();
    for (size_t member = 0; member < set->size(); ++member) {
      if (set->TextAt(member).empty()) return false;
    }
    return set->size() != 0;
  };
  switch (test.kind) {
    case TextTestKind::kEqual: return ScanWay::kHash;
    case TextTestKind::kInSet:
      // A large set has a hash table already.
      return set->is_text() && !set->modifiers().nocase && !large ? ScanWay::kHash : ScanWay::kEachText;
    case TextTestKind::kHasAny:
    case TextTestKind::kHasNone:
      if (large) return ScanWay::kDictionary;
      return searched() ? ScanWay::kPass : ScanWay::kEachText;
    case TextTestKind::kContains:
    case TextTestKind::kContainsNocase:
    case TextTestKind::kHasAll:
    case TextTestKind::kStartsWith:
    case TextTestKind::kStartsWithAny:
    case TextTestKind::kEndsWith:
    case TextTestKind::kEndsWithAny: return !large && searched() ? ScanWay::kPass : ScanWay::kEachText;
    case TextTestKind::kMatches:
    case TextTestKind::kLike: return ScanWay::kEachText;
  }
  return ScanWay::kEachText;
}

std::optional<NodeId> AsPieceCount(const RuleGraph& graph, NodeId node) {
  if (graph.nodes.Get(node).kind != NodeKind::kCall || graph.nodes.BuiltinAt(node) != BuiltinId::LenList) return std::nullopt;
  const NodeId list = graph.nodes.Operands(node)[0];
  if (graph.nodes.Get(list).kind != NodeKind::kCall) return std::nullopt;
  switch (graph.nodes.BuiltinAt(list)) {
    case BuiltinId::Split:
    case BuiltinId::Words:
    case BuiltinId::Tokens:
    case BuiltinId::Lines:
    case BuiltinId::Sentences: return list;
    default: return std::nullopt;  // other lists have to be made to be counted
  }
}

uint64_t PiecesEnough(const RuleGraph& graph, NodeId count) {
  uint64_t enough = 0;
  for (size_t i = count.index() + 1; i < graph.nodes.size(); ++i) {
    const NodeId reader(i);
    const std::span<const NodeId> operands = graph.nodes.Operands(reader);
    if (std::ranges::find(operands, count) == operands.end()) continue;
    const NodeKind kind = graph.nodes.Get(reader).kind;
    if (kind != NodeKind::kEq && kind != NodeKind::kLt) return 0;
    const NodeId other = operands[0] == count ? operands[1] : operands[0];
    if (!graph.nodes.IsConst(other)) return 0;
    const Value& bound = graph.nodes.ConstantAt(other).value;
    constexpr int64_t kMost = int64_t{1} << 40;
    if (bound.kind() != Value::Kind::kInt || bound.as_int() > kMost) return 0;
    if (bound.as_int() >= 0) enough = std::max(enough, static_cast<uint64_t>(bound.as_int()) + 1);
  }
  return enough;
}

}  // namespace assay

// The invariants of a rule graph, checked one by one. The node store keeps the shape (operands before users, order of commutative
// operands, hash-consing) by construction; what is checked here again is what a hand or a file can get wrong, and the types.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/graph/rule_graph.h"
#include "runtime/graph/value_text.h"

namespace assay {
namespace {

class Verifier {
 public:
  explicit Verifier(const RuleGraph& graph) : graph_(graph), nodes_(graph.nodes) {}

  Status Verify() {
    for (size_t i = 0; i < graph_.fields.size(); ++i) CheckField(i);
    for (const Param& param : graph_.params) {
      if (!IsData(param.type) || !(param.value.is_null() || Fits(param.value, param.type))) Broken("parameter {}: its value is not of its type", param.name);
    }
    for (size_t i = 0; i < graph_.tasks.size(); ++i) CheckTask(i);
    for (size_t i = 0; i < nodes_.size() && message_.empty(); ++i) CheckNode(NodeId(i));
    for (const Rule& rule : graph_.rules) CheckRule(rule);
    for (const Slice& slice : graph_.slices) {
      if (!IsCertain(slice.member)) Broken("slice {}: its membership is not a bool that is always known", slice.name);
    }
    for (const Test& test : graph_.tests) CheckTest(test);
    if (!message_.empty()) return Fail(ErrorKind::kInternal, message_);
    return {};
  }

 private:
  // Keeps the first.
  template <typename... Args>
  void Broken(fmt::format_string<Args...> format, Args&&... args) {
    if (message_.empty()) message_ = fmt::format(format, std::forward<Args>(args)...);
  }

  bool Exists(NodeId id) const { return id.has_value() && id.index() < nodes_.size(); }
  bool IsCertain(NodeId id) const { return Exists(id) && nodes_.Get(id).type == kBoolType && !nodes_.Get(id).nullable; }

  // Types of which values can be held in a row: no patterns, sets or maps.
  bool IsData(TypeId type) const {
    if (type.index() >= graph_.types.size()) return false;
    switch (graph_.types.Kind(type)) {
      case TypeKind::kBool:
      case TypeKind::kInt:
      case TypeKind::kFloat:
      case TypeKind::kString:
      case TypeKind::kDate:
      case TypeKind::kTimestamp:
      case TypeKind::kDuration:
      case TypeKind::kSpan:
      case TypeKind::kCharClass:
      case TypeKind::kRecord:
      case TypeKind::kLabel: return true;
      case TypeKind::kList: return IsData(graph_.types.Element(type));
      case TypeKind::kTuple: return std::ranges::all_of(graph_.types.Get(type).operands, [this](TypeId each) { return IsData(each); });
      case TypeKind::kRegex:
      case TypeKind::kNull:
      case TypeKind::kSet:
      case TypeKind::kMap: return false;
    }
    return false;
  }

  // A value that is not null is of the type.
  bool Fits(const Value& value, TypeId type) const {
    switch (graph_.types.Kind(type)) {
      case TypeKind::kBool: return value.kind() == Value::Kind::kBool;
      case TypeKind::kInt:
      case TypeKind::kDate:
      case TypeKind::kTimestamp:
      case TypeKind::kDuration:
      case TypeKind::kLabel: return value.kind() == Value::Kind::kInt;
      case TypeKind::kCharClass:
        return value.kind() == Value::Kind::kInt && value.as_int() >= 0 && value.as_int() < static_cast<int64_t>(std::size(kCharClassNames));
      case TypeKind::kFloat: return value.kind() == Value::Kind::kFloat;
      case TypeKind::kString: return value.kind() == Value::Kind::kString;
      case TypeKind::kList: {
        if (value.kind() != Value::Kind::kList) return false;
        const TypeId element = graph_.types.Element(type);
        return std::ranges::all_of(value.as_list(), [&](const Value& member) { return member.is_null() || Fits(member, element); });
      }
      case TypeKind::kSpan:
      case TypeKind::kRegex:
      case TypeKind::kNull:
      case TypeKind::kSet:
      case TypeKind::kMap:
      case TypeKind::kTuple:
      case TypeKind::kRecord: return false;  // no values of these yet
    }
    return false;
  }

  void CheckField(size_t index) {
    const Field& field = graph_.fields[index];
    if (!IsData(field.type)) Broken("field {}: no column can hold its type", field.name);
    else if (field.has_default && !field.default_value.is_null() && !Fits(field.default_value, field.type)) {
      Broken("field {}: its default is not of its type", field.name);
    }
  }

  void CheckTask(size_t index) {
    const Task& task = graph_.tasks[index];
    for (size_t i = 0; i < task.classes.size(); ++i) {
      if (task.classes[i].id < 0) Broken("task {}: class {} has the id {}", task.name, task.classes[i].name, task.classes[i].id);
    }
    std::vector<int32_t> ids;
    for (const ClassInfo& info : task.classes) ids.push_back(info.id);
    std::ranges::sort(ids);
    if (std::ranges::adjacent_find(ids) != ids.end()) Broken("task {}: two classes share an id", task.name);
    if (!task.parent.has_value()) {
      if (!task.parent_classes.empty()) Broken("task {}: its classes refine those of no task", task.name);
      return;
    }
    if (task.parent.index() >= index) return Broken("task {}: its parent does not stand before it", task.name);
    if (task.parent_classes.empty()) return;
    if (task.parent_classes.size() != task.classes.size()) return Broken("task {}: some of its classes refine one and some none", task.name);
    for (const int32_t id : task.parent_classes) {
      if (!HasClass(task.parent, id)) Broken("task {}: it refines class {}, which its parent does not have", task.name, id);
    }
  }

  bool HasClass(TaskId task, int32_t id) const {
    return std::ranges::any_of(graph_.tasks[task.index()].classes, [&](const ClassInfo& info) { return info.id == id; });
  }

  TypeId OperandType(NodeId id, size_t i) const { return nodes_.Get(nodes_.Operands(id)[i]).type; }

  void CheckNode(NodeId id) {
    const Node& node = nodes_.Get(id);
    const auto operands = nodes_.Operands(id);
    const NodeKindInfo& info = InfoOf(node.kind);
    const auto broken = [&](std::string_view what) { Broken("node %{} ({}): {}", id.value, info.spelling, what); };
    if (info.operands >= 0 && operands.size() != static_cast<size_t>(info.operands)) return broken("wrong number of operands");
    if (node.type.index() >= graph_.types.size()) return broken("unknown type");
    for (const NodeId operand : operands) {
      if (!Exists(operand) || operand.index() >= id.index()) return broken("an operand does not stand before it");
      const TypeKind kind = graph_.types.Kind(nodes_.Get(operand).type);
      if ((kind == TypeKind::kRegex || kind == TypeKind::kSet) && node.kind != NodeKind::kCall) {
        return broken("a pattern or set is no operand of this kind of node");
      }
    }
    if (node.kind != NodeKind::kConst && !IsData(node.type) && node.type != kNullType) return broken("only a constant can be of this type");
    if (const std::string_view wrong = WrongTypes(id); !wrong.empty()) broken(wrong);
  }

  // What is wrong with the types of a node whose operands exist; empty when nothing is.
  std::string_view WrongTypes(NodeId id) const {
    const Node& node = nodes_.Get(id);
    const auto operands = nodes_.Operands(id);
    const auto type = [&](size_t i) { return OperandType(id, i); };
    const auto all_are = [&](TypeId expected) {
      return std::ranges::all_of(operands, [&](NodeId operand) { return nodes_.Get(operand).type == expected; });
    };
    const auto by_hash = [this](NodeId a, NodeId b) { return nodes_.Get(a).hash < nodes_.Get(b).hash; };
    switch (node.kind) {
      case NodeKind::kConst: return WrongConstant(id);
      case NodeKind::kField: {
        if (node.payload >= graph_.fields.size()) return "no such field";
        const Field& field = graph_.fields[node.payload];
        if (field.type != node.type) return "the field has another type";
        return field.nullable && !field.has_default && !node.nullable ? "the field can be null" : "";
      }
      case NodeKind::kParam: {
        if (node.payload >= graph_.params.size()) return "no such parameter";
        const Param& param = graph_.params[node.payload];
        if (param.type != node.type) return "the parameter has another type";
        return param.value.is_null() && !node.nullable ? "the parameter can be null" : "";
      }
      case NodeKind::kNot:
      case NodeKind::kIsTrue: return all_are(kBoolType) ? "" : "an operand is not a bool";
      case NodeKind::kAnd:
      case NodeKind::kOr:
        if (!all_are(kBoolType)) return "an operand is not a bool";
        if (operands.size() < 2) return "fewer than two operands";
        if (!std::ranges::is_sorted(operands, by_hash)) return "operands are not ordered by hash";
        return std::ranges::adjacent_find(operands) == operands.end() ? "" : "an operand occurs twice";
      case NodeKind::kIsNull: return "";
      case NodeKind::kEq:
        if (!std::ranges::is_sorted(operands, by_hash)) return "operands are not ordered by hash";
        return type(0) == type(1) ? "" : "the operands differ in type";
      case NodeKind::kLt: return type(0) == type(1) && IsOrdered(type(0)) ? "" : "operands of this type have no order";
      case NodeKind::kAdd:
        if (!all_are(node.type) || !(IsNumeric(node.type) || node.type == kStringType)) return "operands of this type cannot be added";
        return node.type == kStringType || std::ranges::is_sorted(operands, by_hash) ? "" : "operands are not ordered by hash";
      case NodeKind::kMul:
        if (!all_are(node.type) || !IsNumeric(node.type)) return "an operand is not a number of the node's type";
        return std::ranges::is_sorted(operands, by_hash) ? "" : "operands are not ordered by hash";
      case NodeKind::kSub:
      case NodeKind::kFloorDiv:
      case NodeKind::kMod:
      case NodeKind::kNeg: return all_are(node.type) && IsNumeric(node.type) ? "" : "an operand is not a number of the node's type";
      case NodeKind::kDiv: return all_are(kFloatType) ? "" : "an operand is not a float";
      case NodeKind::kToFloat: return all_are(kIntType) ? "" : "the operand is not an int";
      case NodeKind::kIf:
        if (type(0) != kBoolType) return "the condition is not a bool";
        return Alike(id, 1) && Alike(id, 2) ? "" : "the branches differ in type";
      case NodeKind::kCoalesce: return Alike(id, 0) && Alike(id, 1) ? "" : "the operands differ in type";
      case NodeKind::kMakeList:
        if (operands.empty()) return "a list without members is a constant";
        return all_are(type(0)) && IsData(type(0)) ? "" : "the members differ in type";
      case NodeKind::kCall: return WrongCall(id);
    }
    return "unknown kind";
  }

  // The operand has the node's type, or is the untyped null.
  bool Alike(NodeId id, size_t i) const { return OperandType(id, i) == nodes_.Get(id).type || OperandType(id, i) == kNullType; }

  bool IsOrdered(TypeId type) const {
    return IsNumeric(type) || type == kStringType || type == kDateType || type == kTimestampType || type == kDurationType;
  }

  std::string_view WrongConstant(NodeId id) const {
    const Constant& constant = nodes_.ConstantAt(id);
    if (constant.type == kRegexType) return constant.resource < graph_.resources.pattern_count() ? "" : "no such pattern";
    if (graph_.types.Kind(constant.type) == TypeKind::kSet) return constant.resource < graph_.resources.set_count() ? "" : "no such set";
    if (constant.value.is_null()) return IsData(constant.type) || constant.type == kNullType ? "" : "no value has this type";
    return Fits(constant.value, constant.type) ? "" : "the value is not of its type";
  }

  // Matches an operand's type against a parameter's, binding type variables.
  struct Bindings {
    TypeId of[26];
    bool Bind(char variable, TypeId type) {
      TypeId& bound = of[variable - 'A'];
      if (!bound.has_value()) bound = type;
      return bound == type;
    }
  };
  bool Matches(const ParameterType& parameter, TypeId type, Bindings& bindings) const {
    if (parameter.variable != 0) return bindings.Bind(parameter.variable, type);
    if (graph_.types.Kind(type) != parameter.kind) return false;
    if (parameter.kind != TypeKind::kList && parameter.kind != TypeKind::kSet) return true;
    const TypeId element = graph_.types.Element(type);
    if (parameter.element_variable != 0) return bindings.Bind(parameter.element_variable, element);
    return graph_.types.Kind(element) == parameter.element;
  }

  std::string_view WrongCall(NodeId id) const {
    const Node& node = nodes_.Get(id);
    const auto operands = nodes_.Operands(id);
    if (node.payload >= kBuiltinCount) return "no such built-in";
    const BuiltinInfo& info = InfoOf(nodes_.BuiltinAt(id));
    const bool repeats = !info.parameters.empty() && info.parameters.back().repeated;
    const size_t fixed = info.parameters.size() - (repeats ? 1 : 0);
    if (operands.size() < fixed || (!repeats && operands.size() > fixed)) return "wrong number of arguments";
    Bindings bindings;
    for (size_t i = 0; i < operands.size(); ++i) {
      const TypeId type = OperandType(id, i);
      if (!Matches(info.parameters[std::min(i, info.parameters.size() - 1)], type, bindings)) return "an argument has another type";
      const TypeKind kind = graph_.types.Kind(type);
      if ((kind == TypeKind::kRegex || kind == TypeKind::kSet) && !nodes_.IsConst(operands[i])) return "a pattern or set is not a constant";
    }
    return Matches(info.result, node.type, bindings) ? "" : "the result has another type";
  }

  void CheckRule(const Rule& rule) {
    if (!rule.task.has_value() || rule.task.index() >= graph_.tasks.size()) return Broken("rule {}: no such task", rule.name);
    for (const Branch& branch : rule.branches) {
      if (branch.label != kAbstain && !HasClass(rule.task, branch.label)) Broken("rule {}: its task has no class {}", rule.name, branch.label);
      if (!Exists(branch.condition) || nodes_.Get(branch.condition).type != kBoolType) Broken("rule {}: a condition is not a bool", rule.name);
      if (!IsCertain(branch.fires)) Broken("rule {}: whether a branch fires is not a bool that is always known", rule.name);
      if (branch.confidence.has_value() && (!Exists(branch.confidence) || nodes_.Get(branch.confidence).type != kFloatType)) {
        Broken("rule {}: a confidence is not a float", rule.name);
      }
    }
  }

  void CheckTest(const Test& test) {
    if (test.row.size() != graph_.fields.size()) return Broken("test {}: its row has {} values for {} fields", test.name, test.row.size(), graph_.fields.size());
    for (size_t i = 0; i < test.row.size(); ++i) {
      const Field& field = graph_.fields[i];
      if (test.row[i].is_null() ? !field.nullable && !field.has_default : !Fits(test.row[i], field.type)) {
        Broken("test {}: the value of {} is not of its type", test.name, field.name);
      }
    }
    for (const Expectation& expectation : test.expectations) {
      if (!IsCertain(expectation.holds)) Broken("test {}: an expectation is not a bool that is always known", test.name);
      if (expectation.rule.has_value() && expectation.rule.index() >= graph_.rules.size()) Broken("test {}: no such rule", test.name);
    }
  }

  const RuleGraph& graph_;
  const NodeStore& nodes_;
  std::string message_;
};

}  // namespace

Status Verify(const RuleGraph& graph) { return Verifier(graph).Verify(); }

}  // namespace assay

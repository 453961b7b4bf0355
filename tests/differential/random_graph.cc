// Expressions are grown from their type downwards. What has been made is kept by type and used again often, so that graphs
// share as programs with `let`s and families do.
#include "random_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/patterns/analyze.h"
#include "compiler/patterns/automaton.h"
#include "compiler/patterns/parse_regex.h"
#include "compiler/patterns/pcre2.h"
#include "random_batch.h"

namespace assay::differential {
namespace {

class Grower {
 public:
  Grower(RuleGraph& graph, RandomSource& random) : graph_(graph), nodes_(graph.nodes), random_(random) {
    list_type_ = graph.types.List(kStringType);
    int_list_type_ = graph.types.List(kIntType);
    float_list_type_ = graph.types.List(kFloatType);
  }

  NodeId Grow(TypeId type, size_t depth) {
    std::vector<NodeId>& pool = pools_[type];
    if (!pool.empty() && random_.Chance(depth == 0 ? 0.6 : 0.25)) return random_.Pick(pool);
    const NodeId node = depth == 0 ? Leaf(type) : Inner(type, depth);
    pool.push_back(node);
    return node;
  }

 private:
  NodeId Leaf(TypeId type) {
    if (random_.Chance(0.03)) return nodes_.Null(type);
    std::vector<size_t> fields;
    for (size_t i = 0; i < graph_.fields.size(); ++i) {
      if (graph_.fields[i].type == type) fields.push_back(i);
    }
    if (!fields.empty() && random_.Chance(0.75)) {
      const size_t field = random_.Pick(fields);
      return nodes_.Field(FieldId(field), type, graph_.fields[field].nullable);
    }
    if (!graph_.params.empty() && type == kIntType && random_.Chance(0.2)) return nodes_.Param(ParamId(size_t{0}), kIntType, false);
    return Constant(type);
  }

  NodeId Constant(TypeId type) {
    if (type == kBoolType) return nodes_.Bool(random_.Chance(0.5));
    if (type == kIntType) return nodes_.Int(NastyInt(random_));
    if (type == kFloatType) return nodes_.Float(NastyFloat(random_));
    if (type == kStringType) return nodes_.String(Keyword(random_));
    if (type == kCharClassType) return nodes_.Int(static_cast<int64_t>(random_.Below(8)), kCharClassType);
    std::vector<std::string> texts;
    std::vector<Value> values;
    const size_t count = random_.Below(4);
    for (size_t i = 0; i < count; ++i) texts.push_back(Keyword(random_));
    for (size_t i = 0; i < count; ++i) {
      values.push_back(type == list_type_       ? Value::String(texts[i])
                       : type == int_list_type_ ? Value::Int(NastyInt(random_))
                                                : Value::Float(NastyFloat(random_)));
    }
    return nodes_.List(type, values);
  }

  NodeId RandomSet(TypeId element) {
    const bool text = element == kStringType;
    SetValues set({element}, {.nocase = text && random_.Chance(0.4), .words = text && random_.Chance(0.3)});
    const size_t count = random_.Below(6);
    for (size_t i = 0; i < count; ++i) {
      if (text) {
        set.Add({Keyword(random_)});
      } else if (element == kIntType) {
        set.Add({NastyInt(random_)});
      } else {
        set.Add({NastyFloat(random_)});
      }
    }
    return nodes_.Set(graph_.resources.AddSet(std::move(set)));
  }

  NodeId RandomRegex() {
    for (;;) {
      const PatternText text = RandomPattern(random_);
      const auto tree = patterns::ParseRegex(text.pattern, text.flags);
      if (!tree) continue;
      Pattern pattern{.source = text.pattern, .flags = text.flags, .canonical = patterns::Print(*tree), .pcre2 = patterns::ToPcre2(*tree)};
      pattern.matches_empty = patterns::MatchesEmpty(*tree);
      patterns::SearchAutomata automata = patterns::ToAutomata(*tree);
      pattern.automaton = std::move(automata.automaton);
      pattern.exact = automata.exact;
      pattern.pieces = std::move(automata.pieces);
      return nodes_.Pattern(graph_.resources.AddPattern(std::move(pattern)));
    }
  }

  NodeId Inner(TypeId type, size_t depth) {
    const size_t d = depth - 1 - random_.Below(depth);
    const size_t roll = random_.Below(100);
    if (roll < 8) return nodes_.Make(NodeKind::kIf, {Grow(kBoolType, d), Grow(type, d), Grow(type, d)});
    if (roll < 16) return nodes_.Make(NodeKind::kCoalesce, {Grow(type, d), Grow(type, d)});
    if (type == kBoolType && roll < 65) return Logic(d);
    if ((type == kIntType || type == kFloatType) && roll < 50) return Arithmetic(type, d);
    if (type == kFloatType && roll < 60) return nodes_.Make(NodeKind::kToFloat, {Grow(kIntType, d)});
    if (type == kStringType && roll < 30) return nodes_.Make(NodeKind::kAdd, {Grow(kStringType, d), Grow(kStringType, d)});
    if (graph_.types.Kind(type) == TypeKind::kList && roll < 30) {
      std::vector<NodeId> members;
      const size_t count = 1 + random_.Below(3);
      for (size_t i = 0; i < count; ++i) members.push_back(Grow(graph_.types.Element(type), d));
      return nodes_.Make(NodeKind::kMakeList, members);
    }
    return Call(type, d);
  }

  NodeId Logic(size_t d) {
    switch (random_.Below(11)) {
      case 9:
      case 10: return TextTests(d);
      case 0: return nodes_.Make(NodeKind::kNot, {Grow(kBoolType, d)});
      case 1:
      case 2:
      case 3: {
        std::vector<NodeId> operands;
        const size_t count = 2 + random_.Below(4);
        for (size_t i = 0; i < count; ++i) operands.push_back(Grow(kBoolType, d));
        return nodes_.Make(random_.Chance(0.5) ? NodeKind::kAnd : NodeKind::kOr, operands);
      }
      case 4: return nodes_.Make(NodeKind::kIsTrue, {Grow(kBoolType, d)});
      case 5: return nodes_.Make(NodeKind::kIsNull, {Grow(AnyType(), d)});
      case 6: {
        const TypeId type = AnyType();
        return nodes_.Make(NodeKind::kEq, {Grow(type, d), random_.Chance(0.5) && type != kBoolType ? Constant(type) : Grow(type, d)});
      }
      default: {
        const TypeId type = Ordered();
        NodeId a = Grow(type, d);
        NodeId b = random_.Chance(0.7) ? Constant(type) : Grow(type, d);
        if (random_.Chance(0.5)) std::swap(a, b);
        return nodes_.Make(NodeKind::kLt, {a, b});
      }
    }
  }

  // What rules are mostly made of: tests of one text, perhaps lowered, against constants, under `or` or `and not`.
  NodeId TextTests(size_t d) {
    NodeId text = Grow(kStringType, std::min<size_t>(d, 1));
    if (random_.Chance(0.4)) text = nodes_.Call(BuiltinId::Lower, {&text, 1}, kStringType);
    constexpr BuiltinId kTests[] = {BuiltinId::OpContains, BuiltinId::OpContainsNocase, BuiltinId::OpStartsWith, BuiltinId::OpEndsWith};
    constexpr BuiltinId kSetTests[] = {BuiltinId::OpHasAny, BuiltinId::OpStartsWithAny, BuiltinId::OpEndsWithAny, BuiltinId::OpInSet};
    const bool negated = random_.Chance(0.4);
    const size_t same = random_.Below(5);
    std::vector<NodeId> tests;
    const size_t count = 1 + random_.Below(4);
    for (size_t i = 0; i < count; ++i) {
      const size_t which = random_.Chance(0.7) ? same : random_.Below(5);
      NodeId test;
      if (which == 4) {
        test = nodes_.Make(NodeKind::kEq, {text, Constant(kStringType)});
      } else if (random_.Chance(0.3)) {
        const NodeId operands[] = {text, RandomSet(kStringType)};
        test = nodes_.Call(kSetTests[which], operands, kBoolType);
      } else {
        const NodeId operands[] = {text, Constant(kStringType)};
        test = nodes_.Call(kTests[which], operands, kBoolType);
      }
      if (negated) test = nodes_.Make(NodeKind::kNot, {test});
      tests.push_back(test);
    }
    return nodes_.Make(negated ? NodeKind::kAnd : NodeKind::kOr, tests);
  }

  NodeId Arithmetic(TypeId type, size_t d) {
    constexpr NodeKind kKinds[] = {NodeKind::kAdd, NodeKind::kSub, NodeKind::kMul, NodeKind::kFloorDiv, NodeKind::kMod, NodeKind::kDiv};
    const size_t which = random_.Below(7);
    if (which == 6) return nodes_.Make(NodeKind::kNeg, {Grow(type, d)});
    NodeKind kind = kKinds[which];
    if (kind == NodeKind::kDiv && type != kFloatType) kind = NodeKind::kAdd;
    return nodes_.Make(kind, {Grow(type, d), random_.Chance(0.4) ? Constant(type) : Grow(type, d)});
  }

  TypeId AnyType() {
    const TypeId types[] = {kBoolType, kIntType, kFloatType, kStringType, kStringType, list_type_};
    return random_.Pick(std::span(types));
  }
  TypeId Ordered() {
    const TypeId types[] = {kIntType, kIntType, kFloatType, kStringType};
    return random_.Pick(std::span(types));
  }

  // A built-in whose result is of this type, with arguments for it.
  NodeId Call(TypeId type, size_t d) {
    const auto all = AllBuiltins();
    for (int attempt = 0; attempt < 400; ++attempt) {
      const BuiltinInfo& info = all[random_.Below(all.size())];
      std::map<char, TypeId> variables;
      if (!Unify(info.result, type, variables)) continue;
      const std::string_view first = info.parameters.empty() ? "" : info.name;
      if (first.empty()) continue;
      std::vector<NodeId> operands;
      bool usable = true;
      for (const ParameterType& parameter : info.parameters) {
        const size_t times = parameter.repeated ? random_.Below(3) : 1;
        for (size_t i = 0; i < times && usable; ++i) {
          const NodeId operand = Argument(parameter, variables, d);
          usable = operand.has_value();
          operands.push_back(operand);
        }
      }
      if (!usable) continue;
      // Texts that are searched are mostly fields, what is searched for is mostly constant: as in programs.
      return nodes_.Call(info.id, operands, type);
    }
    return Leaf(type);
  }

  static bool Known(TypeId type) {
    return type == kBoolType || type == kIntType || type == kFloatType || type == kStringType;
  }

  bool Unify(const ParameterType& parameter, TypeId type, std::map<char, TypeId>& variables) {
    if (parameter.variable != 0) {
      if (!Known(type)) return false;
      variables[parameter.variable] = type;
      return true;
    }
    if (parameter.kind != graph_.types.Kind(type)) return false;
    if (parameter.kind != TypeKind::kList) return true;
    const TypeId element = graph_.types.Element(type);
    if (parameter.element_variable != 0) {
      variables[parameter.element_variable] = element;
      return true;
    }
    return parameter.element == graph_.types.Kind(element);
  }

  TypeId VariableType(char variable, std::map<char, TypeId>& variables) {
    const auto [entry, added] = variables.try_emplace(variable, kStringType);
    if (added && random_.Chance(0.5)) entry->second = random_.Chance(0.5) ? kIntType : kFloatType;
    return entry->second;
  }

  NodeId Argument(const ParameterType& parameter, std::map<char, TypeId>& variables, size_t d) {
    if (parameter.variable != 0) return Grow(VariableType(parameter.variable, variables), d);
    switch (parameter.kind) {
      case TypeKind::kBool: return Grow(kBoolType, d);
      case TypeKind::kInt: return random_.Chance(0.7) ? Constant(kIntType) : Grow(kIntType, d);
      case TypeKind::kFloat: return Grow(kFloatType, d);
      case TypeKind::kString: return random_.Chance(0.35) ? Constant(kStringType) : Grow(kStringType, d);
      case TypeKind::kRegex: return RandomRegex();
      case TypeKind::kCharClass: return Constant(kCharClassType);
      case TypeKind::kSet: {
        const TypeId element = parameter.element_variable != 0 ? VariableType(parameter.element_variable, variables)
                                                               : TypeId(static_cast<size_t>(parameter.element));
        if (element == kBoolType || !Known(element)) return {};
        return RandomSet(element);
      }
      case TypeKind::kList: {
        const TypeId element = parameter.element_variable != 0 ? VariableType(parameter.element_variable, variables)
                                                               : TypeId(static_cast<size_t>(parameter.element));
        if (element == kBoolType) return {};
        return Grow(graph_.types.List(element), d);
      }
      case TypeKind::kDate:
      case TypeKind::kTimestamp:
      case TypeKind::kDuration:
      case TypeKind::kSpan:
      case TypeKind::kNull:
      case TypeKind::kMap:
      case TypeKind::kTuple:
      case TypeKind::kRecord:
      case TypeKind::kLabel: return {};
    }
    return {};
  }

  RuleGraph& graph_;
  NodeStore& nodes_;
  RandomSource& random_;
  TypeId list_type_;
  TypeId int_list_type_;
  TypeId float_list_type_;
  std::map<TypeId, std::vector<NodeId>> pools_;
};

}  // namespace

std::unique_ptr<RuleGraph> RandomGraph(RandomSource& random, const GraphShape& shape) {
  auto graph = std::make_unique<RuleGraph>();
  graph->tasks.push_back({.name = "Topic", .classes = {{"A", 0}, {"B", 1}, {"C", 2}}});
  graph->fields = RandomFields();
  graph->params.push_back({.name = "limit", .type = kIntType, .value = Value::Int(NastyInt(random))});
  Grower grower(*graph, random);
  NodeStore& nodes = graph->nodes;
  for (size_t r = 0; r < shape.rules; ++r) {
    Rule rule{.name = fmt::format("rule_{}", r), .task = TaskId(size_t{0})};
    const size_t branches = 1 + random.Below(shape.max_branches);
    std::vector<NodeId> fires;
    for (size_t b = 0; b < branches; ++b) {
      Branch branch{.label = static_cast<int32_t>(random.Below(4)) - 1};
      branch.condition = grower.Grow(kBoolType, 1 + random.Below(shape.depth));
      fires.push_back(nodes.Make(NodeKind::kIsTrue, {branch.condition}));
      branch.fires = nodes.Make(NodeKind::kAnd, fires);
      fires.back() = nodes.Make(NodeKind::kNot, {fires.back()});
      if (random.Chance(0.1)) branch.confidence = grower.Grow(kFloatType, 2);
      rule.branches.push_back(branch);
    }
    graph->rules.push_back(std::move(rule));
  }
  const NodeId member = nodes.Make(NodeKind::kIsTrue, {grower.Grow(kBoolType, shape.depth)});
  graph->slices.push_back({.name = "some", .member = member});
  return graph;
}

}  // namespace assay::differential

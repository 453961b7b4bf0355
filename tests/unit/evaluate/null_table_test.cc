// The null behaviour of every kind of node, as tables.
#include <cmath>

#include "tests/unit/evaluate/graph_builder.h"

namespace assay {
namespace {

class NullTables : public EvaluateTest {
 protected:
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();

  void Binary(NodeKind kind, const NodeId (&fields)[2], std::initializer_list<std::array<Value, 3>> rows) {
    const NodeId node = nodes_.Make(kind, {fields[0], fields[1]});
    for (const auto& [a, b, expected] : rows) {
      SCOPED_TRACE(std::string(InfoOf(kind).spelling) + " " + testing::PrintToString(a) + " " + testing::PrintToString(b));
      EXPECT_SAME(Evaluate(node, {{fields[0], a}, {fields[1], b}}), expected);
    }
  }

  // Every combination of three-valued operands, against Kleene's definition by minimum and maximum of false < unknown < true.
  void Kleene(NodeKind kind, size_t operands) {
    const Value values[] = {B(false), Null(), B(true)};
    const NodeId node = nodes_.Make(kind, std::span(bools_).first(operands));
    for (size_t code = 0; code < (operands == 2 ? 9u : 27u); ++code) {
      const size_t rank[] = {code % 3, code / 3 % 3, code / 9 % 3};
      size_t expected = rank[0];
      for (size_t i = 1; i < operands; ++i) expected = kind == NodeKind::kAnd ? std::min(expected, rank[i]) : std::max(expected, rank[i]);
      EXPECT_SAME(Evaluate(node, {{bools_[0], values[rank[0]]}, {bools_[1], values[rank[1]]}, {bools_[2], values[rank[2]]}}), values[expected]);
    }
  }
};

TEST_F(NullTables, Logic) {
  Kleene(NodeKind::kAnd, 2);
  Kleene(NodeKind::kAnd, 3);
  Kleene(NodeKind::kOr, 2);
  Kleene(NodeKind::kOr, 3);
  const NodeId b = bools_[0];
  const NodeId nodes[] = {nodes_.Make(NodeKind::kNot, {b}), nodes_.Make(NodeKind::kIsTrue, {b}), nodes_.Make(NodeKind::kIsNull, {b})};
  const std::array<Value, 4> rows[] = {{B(true), B(false), B(true), B(false)}, {B(false), B(true), B(false), B(false)}, {Null(), Null(), B(false), B(true)}};
  for (const auto& row : rows) {
    for (size_t i = 0; i < 3; ++i) EXPECT_SAME(Evaluate(nodes[i], {{b, row[0]}}), row[i + 1]);
  }
}

TEST_F(NullTables, Comparisons) {
  Binary(NodeKind::kEq, ints_, {{I(1), I(1), B(true)}, {I(1), I(2), B(false)}, {I(1), Null(), Null()}, {Null(), I(1), Null()}, {Null(), Null(), Null()}});
  Binary(NodeKind::kLt, ints_, {{I(1), I(2), B(true)}, {I(2), I(2), B(false)}, {I(1), Null(), Null()}, {Null(), I(1), Null()}, {Null(), Null(), Null()}});
  Binary(NodeKind::kEq, floats_, {{F(0.0), F(-0.0), B(true)}, {F(kInfinity), F(kInfinity), B(true)}, {F(1), F(NAN), Null()}, {F(NAN), F(NAN), Null()}});
  Binary(NodeKind::kLt, floats_, {{F(-0.0), F(0.0), B(false)}, {F(-kInfinity), F(kInfinity), B(true)}, {F(NAN), F(1), Null()}});
  Binary(NodeKind::kEq, texts_, {{S(""), S(""), B(true)}, {S("a"), S("A"), B(false)}, {S(""), Null(), Null()}});
  Binary(NodeKind::kLt, texts_, {{S("a"), S("b"), B(true)}, {S("a"), S("ab"), B(true)}, {S("\uFFFD"), S("\U0001F600"), B(true)}, {S("z"), S("é"), B(true)}, {Null(), S("a"), Null()}});
}

TEST_F(NullTables, WholeNumbers) {
  Binary(NodeKind::kAdd, ints_, {{I(1), I(2), I(3)}, {I(INT64_MAX), I(1), Null()}, {I(INT64_MIN), I(-1), Null()}, {Null(), I(1), Null()}, {I(1), Null(), Null()}});
  Binary(NodeKind::kSub, ints_, {{I(1), I(2), I(-1)}, {I(INT64_MIN), I(1), Null()}, {I(0), I(INT64_MIN), Null()}, {Null(), Null(), Null()}});
  Binary(NodeKind::kMul, ints_, {{I(3), I(-2), I(-6)}, {I(INT64_MIN), I(-1), Null()}, {I(INT64_MAX), I(2), Null()}, {Null(), I(0), Null()}});
  Binary(NodeKind::kFloorDiv, ints_, {{I(-7), I(2), I(-4)}, {I(7), I(-2), I(-4)}, {I(1), I(0), Null()}, {I(INT64_MIN), I(-1), Null()}, {Null(), I(1), Null()}});
  Binary(NodeKind::kMod, ints_, {{I(-7), I(2), I(1)}, {I(7), I(-2), I(-1)}, {I(1), I(0), Null()}, {I(INT64_MIN), I(-1), I(0)}, {I(1), Null(), Null()}});
  const NodeId negated = nodes_.Make(NodeKind::kNeg, {ints_[0]});
  const NodeId widened = nodes_.Make(NodeKind::kToFloat, {ints_[0]});
  EXPECT_SAME(Evaluate(negated, {{ints_[0], I(5)}}), I(-5));
  EXPECT_SAME(Evaluate(negated, {{ints_[0], I(INT64_MIN)}}), Null());
  EXPECT_SAME(Evaluate(negated, {}), Null());
  EXPECT_SAME(Evaluate(widened, {{ints_[0], I(9007199254740993)}}), F(9007199254740992.0));
  EXPECT_SAME(Evaluate(widened, {}), Null());
}

TEST_F(NullTables, Floats) {
  Binary(NodeKind::kAdd, floats_, {{F(0.1), F(0.2), F(0.1 + 0.2)}, {F(kInfinity), F(-kInfinity), Null()}, {F(1e308), F(1e308), F(kInfinity)}, {F(1), Null(), Null()}});
  Binary(NodeKind::kSub, floats_, {{F(kInfinity), F(kInfinity), Null()}, {Null(), F(1), Null()}});
  Binary(NodeKind::kMul, floats_, {{F(kInfinity), F(0), Null()}, {F(1e308), F(10), F(kInfinity)}, {Null(), F(0), Null()}});
  Binary(NodeKind::kDiv, floats_, {{F(1), F(4), F(0.25)}, {F(1), F(0), Null()}, {F(0), F(-0.0), Null()}, {F(kInfinity), F(kInfinity), Null()}, {F(1), Null(), Null()}});
  Binary(NodeKind::kFloorDiv, floats_, {{F(-7), F(2), F(-4)}, {F(1), F(0), Null()}, {F(kInfinity), F(1), Null()}, {F(-1), F(kInfinity), F(-1)}, {Null(), F(1), Null()}});
  Binary(NodeKind::kMod, floats_, {{F(-7), F(2), F(1)}, {F(1), F(0), Null()}, {F(-1), F(kInfinity), F(kInfinity)}, {F(kInfinity), F(2), Null()}, {F(1), Null(), Null()}});
  const NodeId negated = nodes_.Make(NodeKind::kNeg, {floats_[0]});
  EXPECT_SAME(Evaluate(negated, {{floats_[0], F(2)}}), F(-2));
  EXPECT_SAME(Evaluate(negated, {}), Null());
}

TEST_F(NullTables, Texts) {
  const std::string big(kMaxMadeText, 'a');
  Binary(NodeKind::kAdd, texts_, {{S("a"), S("b"), S("ab")}, {S(""), S(""), S("")}, {S("a"), Null(), Null()}, {S(big), S(""), S(big)}, {S(big), S("b"), Null()}});
}

TEST_F(NullTables, Choices) {
  const NodeId choice = nodes_.Make(NodeKind::kIf, {bools_[0], ints_[0], ints_[1]});
  const auto chosen = [&](Value c, Value a, Value b) { return Evaluate(choice, {{bools_[0], c}, {ints_[0], a}, {ints_[1], b}}); };
  EXPECT_SAME(chosen(B(true), I(1), I(2)), I(1));
  EXPECT_SAME(chosen(B(false), I(1), I(2)), I(2));
  EXPECT_SAME(chosen(B(true), I(1), Null()), I(1));
  EXPECT_SAME(chosen(B(true), Null(), I(2)), Null());
  EXPECT_SAME(chosen(Null(), I(1), I(1)), Null());
  Binary(NodeKind::kCoalesce, ints_, {{I(1), I(2), I(1)}, {Null(), I(2), I(2)}, {I(1), Null(), I(1)}, {Null(), Null(), Null()}});
}

TEST_F(NullTables, Lists) {
  const NodeId list = nodes_.Make(NodeKind::kMakeList, {ints_[0], ints_[1]});
  const Value both[] = {I(1), I(2)};
  EXPECT_SAME(Evaluate(list, {{ints_[0], I(1)}, {ints_[1], I(2)}}), Value::List(both));
  EXPECT_SAME(Evaluate(list, {{ints_[0], I(1)}}), Null());
  const NodeId equal = nodes_.Make(NodeKind::kEq, {list, nodes_.List(graph_.types.List(kIntType), both)});
  EXPECT_SAME(Evaluate(equal, {{ints_[0], I(1)}, {ints_[1], I(2)}}), B(true));
  EXPECT_SAME(Evaluate(equal, {{ints_[0], I(2)}, {ints_[1], I(1)}}), B(false));
  EXPECT_SAME(Evaluate(equal, {{ints_[0], I(2)}}), Null());
}

TEST_F(NullTables, CallsOfEveryBuiltinSpreadNulls) {
  // Every built-in whose parameters are scalars, lists of texts, patterns or sets, with each argument null in turn.
  SetValues members({kStringType}, {});
  members.Add({std::string("a")});
  const NodeId set = nodes_.Set(graph_.resources.AddSet(members));
  const NodeId pattern = nodes_.Pattern(graph_.resources.AddPattern({.source = "a", .canonical = "a", .pcre2 = "a"}));
  const TypeId texts = graph_.types.List(kStringType);
  size_t checked = 0;
  for (const BuiltinInfo& info : AllBuiltins()) {
    for (size_t missing = 0; missing < info.parameters.size(); ++missing) {
      std::vector<NodeId> operands;
      bool can_be_null = false;
      TypeId variable = kStringType;
      for (size_t i = 0; i < info.parameters.size(); ++i) {
        const ParameterType& parameter = info.parameters[i];
        const TypeKind kind = parameter.variable != 0 ? TypeKind::kString : parameter.kind;
        TypeId type = TypeId(static_cast<size_t>(kind));
        if (kind == TypeKind::kList) type = parameter.element_variable != 0 ? texts : graph_.types.List(TypeId(static_cast<size_t>(parameter.element)));
        if (kind == TypeKind::kRegex || kind == TypeKind::kSet) {
          operands.push_back(kind == TypeKind::kRegex ? pattern : set);
        } else if (i == missing) {
          operands.push_back(nodes_.Null(type));
          can_be_null = true;
        } else if (kind == TypeKind::kBool) {
          operands.push_back(nodes_.Bool(true));
        } else if (kind == TypeKind::kFloat) {
          operands.push_back(nodes_.Float(1));
        } else if (kind == TypeKind::kString) {
          operands.push_back(nodes_.String("a"));
        } else if (kind == TypeKind::kList) {
          operands.push_back(nodes_.List(type, {}));
        } else {
          operands.push_back(nodes_.Int(1, type));
        }
      }
      if (!can_be_null) continue;
      TypeId result = info.result.variable != 0 ? variable : TypeId(static_cast<size_t>(info.result.kind));
      if (info.result.variable == 0 && info.result.kind == TypeKind::kList) {
        result = info.result.element_variable != 0 ? texts : graph_.types.List(TypeId(static_cast<size_t>(info.result.element)));
      }
      SCOPED_TRACE(std::string(info.enumerator) + ", argument " + std::to_string(missing));
      EXPECT_SAME(Evaluate(nodes_.Call(info.id, operands, result), {}), Null());
      ++checked;
    }
  }
  EXPECT_GT(checked, 130u);
}

TEST_F(NullTables, AVoteNeedsCertainty) {
  // The table of the language's section on missing values, end to end: a condition that is unknown does not fire.
  graph_.tasks.push_back({.name = "T", .classes = {{"A", 0}}});
  const NodeId condition = nodes_.Make(NodeKind::kLt, {ints_[0], nodes_.Int(5)});
  graph_.rules.push_back({.name = "r", .task = TaskId(0), .branches = {{.label = 0, .condition = condition, .fires = nodes_.Make(NodeKind::kIsTrue, {condition})}}});
  auto evaluator = Evaluator::Create(graph_);
  ASSERT_TRUE(evaluator);
  std::vector<Value> row(graph_.fields.size());
  evaluator->SetRow(row);
  EXPECT_EQ(evaluator->Outcome(RuleId(0)).label, kAbstain);
  row[nodes_.Get(ints_[0]).payload] = I(4);
  evaluator->SetRow(row);
  EXPECT_EQ(evaluator->Outcome(RuleId(0)).label, 0);
}

}  // namespace
}  // namespace assay

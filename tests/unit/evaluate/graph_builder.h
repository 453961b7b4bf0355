// A small program for tests: one nullable field of each scalar type, and short ways to make nodes over them.
#pragma once

#include <gtest/gtest.h>

#include <limits>
#include <ostream>
#include <vector>

#include "runtime/builtins/values.h"
#include "runtime/evaluate/evaluator.h"

namespace assay {

inline void PrintTo(const Value& value, std::ostream* out) {
  switch (value.kind()) {
    case Value::Kind::kNull: *out << "null"; return;
    case Value::Kind::kBool: *out << (value.as_bool() ? "true" : "false"); return;
    case Value::Kind::kInt: *out << value.as_int(); return;
    case Value::Kind::kFloat: *out << value.as_float() << "f"; return;
    case Value::Kind::kString: *out << '"' << value.as_string() << '"'; return;
    case Value::Kind::kList: *out << "a list of " << value.as_list().size(); return;
    case Value::Kind::kRegex: *out << "regex"; return;
    case Value::Kind::kSet: *out << "set"; return;
  }
}

// Equal, or both null.
inline bool Same(const Value& a, const Value& b) { return (a.is_null() && b.is_null()) || ValuesEqual(a, b); }

class EvaluateTest : public testing::Test {
 protected:
  EvaluateTest() {
    bools_[0] = AddField("b0", kBoolType);
    bools_[1] = AddField("b1", kBoolType);
    bools_[2] = AddField("b2", kBoolType);
    ints_[0] = AddField("i0", kIntType);
    ints_[1] = AddField("i1", kIntType);
    floats_[0] = AddField("f0", kFloatType);
    floats_[1] = AddField("f1", kFloatType);
    texts_[0] = AddField("s0", kStringType);
    texts_[1] = AddField("s1", kStringType);
  }

  NodeId AddField(const char* name, TypeId type) {
    graph_.fields.push_back({.name = name, .column = name, .type = type, .nullable = true});
    return nodes_.Field(FieldId(graph_.fields.size() - 1), type, true);
  }

  static Value Null() { return Value::Null(); }
  static Value B(bool v) { return Value::Bool(v); }
  static Value I(int64_t v) { return Value::Int(v); }
  static Value F(double v) { return Value::Float(v); }
  static Value S(std::string_view v) { return Value::String(v); }

  NodeId Field(size_t number) const { return NodeId(number); }  // fields are the first nodes

  // The value of `node` for a row in which the fields have these values; fields that are not named are null.
  Value Evaluate(NodeId node, std::initializer_list<std::pair<NodeId, Value>> fields) {
    const auto status = Verify(graph_);
    EXPECT_TRUE(status) << status.error().message;
    auto evaluator = Evaluator::Create(graph_);
    if (!evaluator) {
      ADD_FAILURE() << evaluator.error().message;
      return {};
    }
    std::vector<Value> row(graph_.fields.size());
    for (const auto& [field, value] : fields) row[nodes_.Get(field).payload] = value;
    evaluator->SetRow(row);
    const Value value = evaluator->Evaluate(node);
    EXPECT_TRUE(nodes_.Get(node).nullable || !value.is_null()) << "a node that is not nullable is null";
    return CopyValue(value, kept_);
  }

  RuleGraph graph_;
  NodeStore& nodes_ = graph_.nodes;
  NodeId bools_[3], ints_[2], floats_[2], texts_[2];
  Arena kept_;
};

#define EXPECT_SAME(actual, expected)                                                             \
  do {                                                                                            \
    const Value actual_ = (actual);                                                               \
    const Value expected_ = (expected);                                                           \
    EXPECT_TRUE(Same(actual_, expected_)) << #actual << " is " << testing::PrintToString(actual_) \
                                          << ", expected " << testing::PrintToString(expected_);  \
  } while (false)

}  // namespace assay

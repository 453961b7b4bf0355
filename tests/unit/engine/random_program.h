// Random well-typed rule graphs and random columns with everything that is nasty about data: nulls, extremes, infinities,
// empty and non-ASCII texts. For holding the engine to the reference evaluator.
#pragma once

#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "runtime/batch/builders.h"
#include "runtime/graph/rule_graph.h"

namespace assay::testing {

class RandomProgram {
 public:
  explicit RandomProgram(uint32_t seed) : random_(seed), graph_(std::make_unique<RuleGraph>()) {
    AddField("a", kIntType, true);
    AddField("b", kIntType, false);
    AddField("x", kFloatType, true);
    AddField("y", kFloatType, false);
    AddField("p", kBoolType, true);
    AddField("q", kBoolType, false);
    AddField("t", kStringType, true);
    AddField("u", kStringType, false);
    AddField("v", kStringType, true);
    AddField("w", kIntType, true);
    graph_->params.push_back({"k", kIntType, Value::Int(7), {}});
    Task task;
    task.name = "Class";
    task.classes = {{"A", 0}, {"B", 1}, {"C", 4}};
    graph_->tasks.push_back(task);
  }

  std::unique_ptr<RuleGraph> Make(size_t rules) {
    for (size_t r = 0; r < rules; ++r) {
      Rule rule;
      rule.name = "rule" + std::to_string(r);
      rule.task = TaskId(size_t{0});
      NodeId before = Nodes().Bool(false);
      for (size_t branches = 1 + Pick(3), b = 0; b < branches; ++b) {
        static constexpr int32_t kLabels[] = {0, 1, 4, kAbstain, 1};
        Branch branch;
        branch.label = kLabels[Pick(5)];
        branch.condition = Bool(4);
        const NodeId holds = Nodes().Make(NodeKind::kIsTrue, {branch.condition});
        branch.fires = Nodes().Make(NodeKind::kAnd, {holds, Nodes().Make(NodeKind::kNot, {before})});
        before = Nodes().Make(NodeKind::kOr, {before, holds});
        rule.branches.push_back(branch);
      }
      graph_->rules.push_back(std::move(rule));
    }
    graph_->slices.push_back({"slice", Nodes().Make(NodeKind::kIsTrue, {Bool(3)}), {}});
    return std::move(graph_);
  }

  // Columns for the fields, of some shape each: with and without nulls, all null, dictionaries or plain texts.
  Batch MakeBatch(const RuleGraph& graph, size_t rows) {
    auto memory = std::make_shared<BatchMemory>();
    Batch batch;
    batch.rows = rows;
    for (const Field& field : graph.fields) {
      const bool absent = field.nullable && Pick(12) == 0;
      if (absent) {
        Column none;
        none.rows = rows;
        batch.columns.push_back(none);
        continue;
      }
      const bool nulls = field.nullable && Pick(4) != 0;
      const bool coded = Pick(2) == 0;
      ColumnBuilder builder(LayoutOf(field.type), coded);
      for (size_t row = 0; row < rows; ++row) {
        if (nulls && Pick(4) == 0) {
          builder.AppendNull();
        } else if (field.type == kBoolType) {
          builder.AppendBool(Pick(2) == 0);
        } else if (field.type == kIntType) {
          builder.AppendInt(IntValue());
        } else if (field.type == kFloatType) {
          builder.AppendFloat(FloatValue());
        } else {
          builder.AppendString(coded ? Text(Pick(2) == 0 ? 3 : 8) : Text(12) + std::to_string(Pick(100)));
        }
      }
      batch.columns.push_back(builder.Finish(*memory));
    }
    if (Pick(3) == 0) {
      batch.bad_rows.resize((rows + 63) / 64);
      for (uint64_t& word : batch.bad_rows) word = random_();
      if (rows % 64 != 0 && !batch.bad_rows.empty()) batch.bad_rows.back() &= (uint64_t{1} << (rows % 64)) - 1;
    }
    batch.owner = memory;
    return batch;
  }

 private:
  NodeStore& Nodes() { return graph_->nodes; }
  size_t Pick(size_t count) { return random_() % count; }

  void AddField(const char* name, TypeId type, bool nullable) {
    Field field;
    field.name = name;
    field.column = name;
    field.type = type;
    field.nullable = nullable;
    graph_->fields.push_back(field);
  }
  NodeId FieldNode(size_t field) {
    return Nodes().Field(FieldId(field), graph_->fields[field].type, graph_->fields[field].nullable);
  }

  int64_t IntValue() {
    static constexpr int64_t kValues[] = {0, 1, -1, 2, 3, 7, -7, 10, 100, -13, 1000000007, std::numeric_limits<int64_t>::max(),
                                          std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max() - 1, 3037000500,
                                          std::numeric_limits<int64_t>::min() + 1};
    return kValues[Pick(Pick(3) == 0 ? std::size(kValues) : 10)];
  }
  double FloatValue() {
    static const double kValues[] = {0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -3.25, 1e300, -1e300, 5e-324, std::numeric_limits<double>::infinity(),
                                     -std::numeric_limits<double>::infinity(), 0.1, 7.0, 1e16};
    return kValues[Pick(std::size(kValues))];
  }
  std::string Text(size_t most) {
    static const char* kPieces[] = {"a", "b", "the ", "Check", "check", " out", "K", "\xe2\x84\xaa", "s", "\xc5\xbf", " ", "é", "É", "0", "12", "\n",
                                    "\xef\xbb\xbf", "!", "ss", "ß", "İ", "https://x.org/"};
    std::string text;
    for (size_t n = Pick(most); n > 0; --n) text += kPieces[Pick(std::size(kPieces))];
    return text;
  }

  NodeId Int(int depth) {
    if (depth <= 0) {
      switch (Pick(5)) {
        case 0: return FieldNode(0);
        case 1: return FieldNode(1);
        case 2: return FieldNode(9);
        case 3: return Nodes().Param(ParamId(size_t{0}), kIntType, false);
        default: return Nodes().Int(IntValue());
      }
    }
    const auto call = [&](BuiltinId id, std::vector<NodeId> operands) { return Nodes().Call(id, operands, kIntType); };
    switch (Pick(20)) {
      case 0: return Nodes().Make(NodeKind::kAdd, {Int(depth - 1), Int(depth - 1)});
      case 1: return Nodes().Make(NodeKind::kSub, {Int(depth - 1), Int(depth - 1)});
      case 2: return Nodes().Make(NodeKind::kMul, {Int(depth - 1), Int(depth - 1)});
      case 3: return Nodes().Make(NodeKind::kFloorDiv, {Int(depth - 1), Int(depth - 1)});
      case 4: return Nodes().Make(NodeKind::kMod, {Int(depth - 1), Int(depth - 1)});
      case 5: return Nodes().Make(NodeKind::kNeg, {Int(depth - 1)});
      case 6: return Nodes().Make(NodeKind::kIf, {Bool(depth - 1), Int(depth - 1), Int(depth - 1)});
      case 7: return Nodes().Make(NodeKind::kCoalesce, {Int(depth - 1), Int(depth - 1)});
      case 8: return call(BuiltinId::Len, {String(depth - 1)});
      case 9: {
        const NodeId split = Nodes().Call(BuiltinId::Split, std::vector<NodeId>{String(depth - 1)}, graph_->types.List(kStringType));
        return call(BuiltinId::LenList, {split});
      }
      case 10: return call(BuiltinId::AbsInt, {Int(depth - 1)});
      case 11: return call(BuiltinId::MinInt, {Int(depth - 1), Int(depth - 1), Int(depth - 1)});
      case 12: return call(BuiltinId::MaxInt, {Int(depth - 1), Int(depth - 1)});
      case 13: return call(BuiltinId::ClampInt, {Int(depth - 1), Int(depth - 1), Int(depth - 1)});
      case 14: return call(BuiltinId::SignFloat, {Float(depth - 1)});
      case 15: return call(BuiltinId::IntOfBool, {Bool(depth - 1)});
      case 16: return call(BuiltinId::Floor, {Float(depth - 1)});
      case 17: return call(BuiltinId::Count, {String(depth - 1), Nodes().String(Text(2))});
      default: return Int(0);
    }
  }

  NodeId Float(int depth) {
    if (depth <= 0) {
      switch (Pick(3)) {
        case 0: return FieldNode(2);
        case 1: return FieldNode(3);
        default: return Nodes().Float(FloatValue());
      }
    }
    const auto call = [&](BuiltinId id, std::vector<NodeId> operands) { return Nodes().Call(id, operands, kFloatType); };
    switch (Pick(16)) {
      case 0: return Nodes().Make(NodeKind::kAdd, {Float(depth - 1), Float(depth - 1)});
      case 1: return Nodes().Make(NodeKind::kSub, {Float(depth - 1), Float(depth - 1)});
      case 2: return Nodes().Make(NodeKind::kMul, {Float(depth - 1), Float(depth - 1)});
      case 3: return Nodes().Make(NodeKind::kDiv, {Float(depth - 1), Float(depth - 1)});
      case 4: return Nodes().Make(NodeKind::kFloorDiv, {Float(depth - 1), Float(depth - 1)});
      case 5: return Nodes().Make(NodeKind::kMod, {Float(depth - 1), Float(depth - 1)});
      case 6: return Nodes().Make(NodeKind::kNeg, {Float(depth - 1)});
      case 7: return Nodes().Make(NodeKind::kToFloat, {Int(depth - 1)});
      case 8: return Nodes().Make(NodeKind::kIf, {Bool(depth - 1), Float(depth - 1), Float(depth - 1)});
      case 9: return Nodes().Make(NodeKind::kCoalesce, {Float(depth - 1), Float(depth - 1)});
      case 10: return call(BuiltinId::AbsFloat, {Float(depth - 1)});
      case 11: return call(BuiltinId::MinFloat, {Float(depth - 1), Float(depth - 1)});
      case 12: return call(BuiltinId::ClampFloat, {Float(depth - 1), Float(depth - 1), Float(depth - 1)});
      case 13: return call(BuiltinId::Sqrt, {Float(depth - 1)});
      default: return Float(0);
    }
  }

  NodeId String(int depth) {
    if (depth <= 0) return FieldNode(6 + Pick(3));
    switch (Pick(7)) {
      case 0: return Nodes().Call(BuiltinId::Lower, std::vector<NodeId>{String(depth - 1)}, kStringType);
      case 1: return Nodes().Call(BuiltinId::Upper, std::vector<NodeId>{String(depth - 1)}, kStringType);
      case 2: return Nodes().Make(NodeKind::kAdd, {String(depth - 1), String(depth - 1)});
      case 3: return Nodes().Make(NodeKind::kIf, {Bool(depth - 1), String(depth - 1), String(depth - 1)});
      case 4: return Nodes().Make(NodeKind::kCoalesce, {String(depth - 1), Nodes().String(Text(2))});
      default: return String(0);
    }
  }

  NodeId TextSet() {
    SetValues set({kStringType}, {.nocase = Pick(2) == 0, .words = Pick(2) == 0});
    for (size_t n = 1 + Pick(12); n > 0; --n) set.Add({SetScalar(Text(3))});
    return Nodes().Set(graph_->resources.AddSet(std::move(set)));
  }

  NodeId IntSet() {
    SetValues set({kIntType}, {});
    for (size_t n = 1 + Pick(24); n > 0; --n) set.Add({SetScalar(IntValue() + static_cast<int64_t>(Pick(5)) * 0)});
    return Nodes().Set(graph_->resources.AddSet(std::move(set)));
  }

  NodeId PatternNode() {
    static const char* kPatterns[] = {"check.*out", "[0-9]+", "^a", "s$", "(?i)check", "a|b"};
    Pattern pattern;
    pattern.source = pattern.canonical = pattern.pcre2 = kPatterns[Pick(std::size(kPatterns))];
    return Nodes().Pattern(graph_->resources.AddPattern(pattern));
  }

  NodeId Bool(int depth) {
    if (depth <= 0) {
      switch (Pick(4)) {
        case 0: return FieldNode(4);
        case 1: return FieldNode(5);
        case 2: return Nodes().Make(NodeKind::kLt, {Int(0), Int(0)});
        default: return Nodes().Make(NodeKind::kEq, {Float(0), Float(0)});
      }
    }
    const auto call = [&](BuiltinId id, std::vector<NodeId> operands) { return Nodes().Call(id, operands, kBoolType); };
    const int d = depth - 1;
    switch (Pick(26)) {
      case 0: return Nodes().Make(NodeKind::kNot, {Bool(d)});
      case 1: return Nodes().Make(NodeKind::kAnd, {Bool(d), Bool(d), Bool(d)});
      case 2: return Nodes().Make(NodeKind::kOr, {Bool(d), Bool(d), Bool(d)});
      case 3: return Nodes().Make(NodeKind::kAnd, {Bool(d), Bool(d)});
      case 4: return Nodes().Make(NodeKind::kOr, {Bool(d), Bool(d)});
      case 5: return Nodes().Make(NodeKind::kIsTrue, {Bool(d)});
      case 6: return Nodes().Make(NodeKind::kIsNull, {Pick(2) == 0 ? Bool(d) : String(d)});
      case 7: return Nodes().Make(NodeKind::kEq, {Bool(d), Bool(d)});
      case 8: return Nodes().Make(NodeKind::kEq, {Int(d), Int(d)});
      case 9: return Nodes().Make(NodeKind::kEq, {Float(d), Float(d)});
      case 10: return Nodes().Make(NodeKind::kLt, {Int(d), Int(d)});
      case 11: return Nodes().Make(NodeKind::kLt, {Float(d), Float(d)});
      case 12: return Nodes().Make(NodeKind::kIf, {Bool(d), Bool(d), Bool(d)});
      case 13: return Nodes().Make(NodeKind::kCoalesce, {Bool(d), Bool(d)});
      case 14: return Nodes().Make(NodeKind::kEq, {String(d), Nodes().String(Text(3))});
      case 15: return Nodes().Make(NodeKind::kLt, {String(d), String(d)});
      case 16: return call(BuiltinId::OpContains, {String(d), Nodes().String(Text(3))});
      case 17: return call(BuiltinId::OpContainsNocase, {String(d), Nodes().String(Text(3))});
      case 18: return call(Pick(2) == 0 ? BuiltinId::OpHasAny : BuiltinId::OpHasNone, {String(d), TextSet()});
      case 19: return call(BuiltinId::OpHasAll, {String(d), TextSet()});
      case 20: return call(BuiltinId::OpMatches, {String(d), PatternNode()});
      case 21: return call(BuiltinId::OpStartsWithAny, {String(d), TextSet()});
      case 22: return call(BuiltinId::OpEndsWith, {String(d), Nodes().String(Text(2))});
      case 23: return call(BuiltinId::OpInSet, {String(d), TextSet()});
      case 24: return call(BuiltinId::OpInSet, {Int(d), IntSet()});
      default: return call(BuiltinId::IsFinite, {Float(d)});
    }
  }

  std::mt19937 random_;
  std::unique_ptr<RuleGraph> graph_;
};

}  // namespace assay::testing

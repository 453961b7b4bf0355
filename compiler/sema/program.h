// The checked program: typed expressions, in which every name is resolved, every overload chosen and every conversion written
// out, and the rules, slices and tests made of them. Families are expanded and functions inlined. It is made by Check and read by
// compiler/lower.
//
// Expressions are ids into one store, children before parents, so a loop over the ids visits operands first. An expression that
// two others use (a `let`, an argument that a function uses twice) is one id: sharing is kept from the start.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/ast/expr.h"
#include "runtime/base/id.h"
#include "runtime/base/span.h"
#include "runtime/base/value.h"
#include "runtime/graph/rule_graph.h"

namespace assay {

enum class TypedKind : uint8_t {
  kConst,     // value: by ValueOf; null has any type
  kSet,       // payload: SetId
  kPattern,   // payload: PatternId
  kField,     // payload: FieldId
  kParam,     // payload: ParamId
  kArgument,  // a parameter of a function that is checked by itself; never reached from a rule
  kVote,      // the vote of rule `payload`, only as an operand while checking; never reached from a rule
  kVoteIs,    // rule `payload` votes for `label`; kAbstain: it abstains. Always known
  kNot,
  kAnd,
  kOr,
  kIsNull,
  kEq,
  kNe,
  kLt,
  kLe,
  kAdd,
  kSub,
  kMul,
  kDiv,
  kFloorDiv,
  kMod,
  kNeg,
  kToFloat,
  kIf,
  kCoalesce,
  kList,
  kCall,  // payload: BuiltinId
};

using TypedId = Id<struct TypedTag>;

struct TypedExpr {
  TypedKind kind = TypedKind::kConst;
  bool constant = false;  // the value is known: program.ValueOf(id). Sets and patterns are not `constant` but IsFixed
  int32_t label = kAbstain;  // kVoteIs
  TypeId type;
  uint32_t payload = 0;
  uint32_t value = 0;  // of constants: index of the value
  uint32_t first_child = 0;
  uint32_t child_count = 0;
  SourceSpan span;
};

struct CheckedBranch {
  int32_t label = kAbstain;
  TypedId condition;
  TypedId confidence;  // may be absent
  SourceSpan span;
};

struct CheckedRule {
  std::string name;
  TaskId task;
  std::vector<CheckedBranch> branches;
  bool exclusive = false;  // at most one condition can be true, whatever the row: branches need not exclude earlier ones
  bool votes = true;       // a column of the vote matrix; not so for rules of imported modules, which others may refer to
  std::string doc;
  std::string group;
  std::string author;
  bool disabled = false;
  SourceSpan span;  // of the name
};

struct CheckedSlice {
  std::string name;
  TypedId condition;
  SourceSpan span;
};

struct CheckedExpectation {
  TypedId condition;
  std::optional<uint32_t> rule;  // index of the rule it speaks of
  std::string text;
  SourceSpan span;
};

struct CheckedTest {
  std::string name;
  std::vector<Value> row;  // text in tables->text
  std::vector<CheckedExpectation> expectations;
  SourceSpan span;
};

// `model Task { ... }`: advice to the label model.
struct CheckedModel {
  TaskId task;
  std::vector<std::pair<int32_t, double>> balance;  // class id, share
  std::vector<std::vector<uint32_t>> correlated;    // groups of rules
  std::string method;
};

struct CheckedProgram {
  // The tables of the graph that names refer to: pack, types, resources, tasks, fields, params. Rules and nodes are still empty.
  std::unique_ptr<RuleGraph> tables = std::make_unique<RuleGraph>();

  std::vector<TypedExpr> exprs;
  std::vector<TypedId> children;
  std::vector<Value> values;  // text and lists in tables->text

  std::vector<CheckedRule> rules;
  std::vector<CheckedSlice> slices;
  std::vector<CheckedTest> tests;
  std::vector<CheckedModel> models;

  const TypedExpr& Get(TypedId id) const { return exprs[id.index()]; }
  std::span<const TypedId> Children(TypedId id) const {
    const TypedExpr& e = exprs[id.index()];
    return std::span(children).subspan(e.first_child, e.child_count);
  }
  const Value& ValueOf(TypedId id) const { return values[exprs[id.index()].value]; }
};

}  // namespace assay

// One loop over the typed expressions, which stand behind their operands, makes the nodes; rules, slices and tests then point
// to them. What no root needs is left out. The vote of a rule is a node made from its branches when something first asks for it:
// its conditions stand before whatever refers to it.
#include "compiler/lower/build_graph.h"

#include <algorithm>
#include <vector>

namespace assay {
namespace {

class Lowering {
 public:
  explicit Lowering(CheckedProgram& program) : program_(program), graph_(*program.tables), store_(graph_.nodes) {}

  void Run() {
    nodes_.resize(program_.exprs.size());
    fires_.resize(program_.rules.size());
    Mark();
    for (size_t i = 0; i < program_.exprs.size(); ++i) {
      if (needed_[i]) nodes_[i] = Lower(TypedId(i));
    }
    AddRules();
    for (const CheckedSlice& slice : program_.slices) {
      graph_.slices.push_back({.name = slice.name, .member = Known(NodeOf(slice.condition)), .span = slice.span});
    }
    for (CheckedTest& test : program_.tests) AddTest(test);
  }

 private:
  NodeId NodeOf(TypedId id) const { return nodes_[id.index()]; }

  // Unknown becomes false.
  NodeId Known(NodeId node) { return store_.Get(node).nullable ? store_.Make(NodeKind::kIsTrue, {node}) : node; }
  NodeId Not(NodeId node) { return store_.Make(NodeKind::kNot, {node}); }

  // What rules, slices and tests need, and what that needs; operands stand before their users, so one loop from the end does.
  void Mark() {
    needed_.assign(program_.exprs.size(), false);
    rule_needed_.assign(program_.rules.size(), false);
    const auto need = [&](TypedId id) {
      if (id.has_value()) needed_[id.index()] = true;
    };
    const auto need_rule = [&](uint32_t rule) {
      if (rule_needed_[rule]) return;
      rule_needed_[rule] = true;
      for (const CheckedBranch& branch : program_.rules[rule].branches) {
        need(branch.condition);
        need(branch.confidence);
      }
    };
    for (uint32_t r = 0; r < program_.rules.size(); ++r) {
      if (program_.rules[r].votes) need_rule(r);
    }
    for (const CheckedSlice& slice : program_.slices) need(slice.condition);
    for (const CheckedTest& test : program_.tests) {
      for (const CheckedExpectation& expectation : test.expectations) need(expectation.condition);
    }
    for (size_t i = program_.exprs.size(); i-- > 0;) {
      if (!needed_[i]) continue;
      const TypedExpr& e = program_.exprs[i];
      if (e.kind == TypedKind::kVoteIs) need_rule(e.payload);
      if (e.constant) continue;
      for (const TypedId child : program_.Children(TypedId(i))) need(child);
    }
  }

  NodeId Lower(TypedId id) {
    const TypedExpr& e = program_.Get(id);
    const NodeId node = e.constant ? Constant(e.type, program_.ValueOf(id)) : Inner(id, e);
    if (e.span.has_value()) store_.AddSpan(node, e.span);
    return node;
  }

  NodeId Constant(TypeId type, const Value& value) {
    return value.is_null() ? store_.Null(type) : store_.ConstantOf(type, value);
  }

  NodeId Inner(TypedId id, const TypedExpr& e) {
    operands_.clear();
    for (const TypedId child : program_.Children(id)) operands_.push_back(NodeOf(child));
    const auto make = [&](NodeKind kind) { return store_.Make(kind, operands_); };
    switch (e.kind) {
      case TypedKind::kConst: return Constant(e.type, program_.ValueOf(id));
      case TypedKind::kSet: return store_.Set(SetId(e.payload));
      case TypedKind::kPattern: return store_.Pattern(PatternId(e.payload));
      case TypedKind::kField: {
        const Field& field = graph_.fields[e.payload];
        // A default takes the place of what is missing before any rule sees it.
        return store_.Field(FieldId(e.payload), e.type, field.nullable && !(field.has_default && !field.default_value.is_null()));
      }
      case TypedKind::kParam: return store_.Param(ParamId(e.payload), e.type, false);
      case TypedKind::kArgument:
      case TypedKind::kVote: return store_.Null(e.type);  // not reached from any root
      case TypedKind::kVoteIs: return VoteIs(e.payload, e.label);
      case TypedKind::kNot: return make(NodeKind::kNot);
      case TypedKind::kAnd: return make(NodeKind::kAnd);
      case TypedKind::kOr: return make(NodeKind::kOr);
      case TypedKind::kIsNull: return make(NodeKind::kIsNull);
      case TypedKind::kEq: return make(NodeKind::kEq);
      case TypedKind::kNe: return Not(make(NodeKind::kEq));
      case TypedKind::kLt: return make(NodeKind::kLt);
      case TypedKind::kLe:  // a <= b is not (b < a): no NaN exists
        std::swap(operands_[0], operands_[1]);
        return Not(make(NodeKind::kLt));
      case TypedKind::kAdd: return make(NodeKind::kAdd);
      case TypedKind::kSub: return make(NodeKind::kSub);
      case TypedKind::kMul: return make(NodeKind::kMul);
      case TypedKind::kDiv: return make(NodeKind::kDiv);
      case TypedKind::kFloorDiv: return make(NodeKind::kFloorDiv);
      case TypedKind::kMod: return make(NodeKind::kMod);
      case TypedKind::kNeg: return make(NodeKind::kNeg);
      case TypedKind::kToFloat: return make(NodeKind::kToFloat);
      case TypedKind::kIf: return make(NodeKind::kIf);
      case TypedKind::kCoalesce: return make(NodeKind::kCoalesce);
      case TypedKind::kList: return make(NodeKind::kMakeList);
      case TypedKind::kCall: return store_.Call(static_cast<BuiltinId>(e.payload), operands_, e.type);
    }
    return store_.Null(e.type);
  }

  // A branch's condition is true and no earlier branch's is. The earlier ones are gathered in one growing `or`, so a rule of
  // many branches stays linear in size.
  const std::vector<NodeId>& Fires(uint32_t rule) {
    std::vector<NodeId>& fires = fires_[rule];
    const CheckedRule& checked = program_.rules[rule];
    if (!fires.empty() || checked.branches.empty()) return fires;
    NodeId earlier;
    for (const CheckedBranch& branch : checked.branches) {
      const NodeId holds = Known(NodeOf(branch.condition));
      fires.push_back(earlier.has_value() && !checked.exclusive ? store_.Make(NodeKind::kAnd, {holds, Not(earlier)}) : holds);
      earlier = earlier.has_value() ? store_.Make(NodeKind::kOr, {earlier, holds}) : holds;
      if (checked.exclusive) earlier = {};
    }
    return fires;
  }

  NodeId VoteIs(uint32_t rule, int32_t label) {
    const CheckedRule& checked = program_.rules[rule];
    if (checked.disabled) return store_.Bool(label == kAbstain);
    if (label == kAbstain) {
      // No branch that votes fires.
      std::vector<NodeId> votes = Votes(rule, [](int32_t l) { return l != kAbstain; });
      return votes.empty() ? store_.Bool(true) : Not(store_.Make(NodeKind::kOr, votes));
    }
    const std::vector<NodeId> votes = Votes(rule, [&](int32_t l) { return l == label; });
    return votes.empty() ? store_.Bool(false) : store_.Make(NodeKind::kOr, votes);
  }

  template <typename Wanted>
  std::vector<NodeId> Votes(uint32_t rule, Wanted wanted) {
    const std::vector<NodeId>& fires = Fires(rule);
    std::vector<NodeId> votes;
    for (size_t b = 0; b < fires.size(); ++b) {
      if (wanted(program_.rules[rule].branches[b].label)) votes.push_back(fires[b]);
    }
    return votes;
  }

  void AddRules() {
    rule_ids_.resize(program_.rules.size());
    for (uint32_t r = 0; r < program_.rules.size(); ++r) {
      const CheckedRule& checked = program_.rules[r];
      if (!checked.votes) continue;
      const std::vector<NodeId> fires = Fires(r);
      Rule rule{.name = checked.name, .task = checked.task, .branches = {}, .doc = checked.doc, .group = checked.group, .author = checked.author,
                .disabled = checked.disabled, .span = checked.span};
      for (size_t b = 0; b < checked.branches.size(); ++b) {
        const CheckedBranch& branch = checked.branches[b];
        rule.branches.push_back({.label = branch.label,
                                 .condition = NodeOf(branch.condition),
                                 .fires = fires[b],
                                 .confidence = branch.confidence.has_value() ? Confidence(branch.confidence) : NodeId(),
                                 .span = branch.span});
      }
      rule_ids_[r] = RuleId(graph_.rules.size());
      graph_.rules.push_back(std::move(rule));
    }
  }

  // In [0, 1]; 1 where it is null.
  NodeId Confidence(TypedId id) {
    const NodeId node = NodeOf(id);
    if (store_.IsConst(node)) return node;
    const NodeId clamped = store_.Call(BuiltinId::ClampFloat, std::vector<NodeId>{node, store_.Float(0), store_.Float(1)}, kFloatType);
    return store_.Get(clamped).nullable ? store_.Make(NodeKind::kCoalesce, {clamped, store_.Float(1)}) : clamped;
  }

  void AddTest(CheckedTest& checked) {
    Test test{.name = checked.name, .row = std::move(checked.row), .expectations = {}, .span = checked.span};
    for (const CheckedExpectation& expectation : checked.expectations) {
      test.expectations.push_back({.holds = Known(NodeOf(expectation.condition)),
                                   .rule = expectation.rule ? rule_ids_[*expectation.rule] : RuleId(),
                                   .text = expectation.text,
                                   .span = expectation.span});
    }
    graph_.tests.push_back(std::move(test));
  }

  CheckedProgram& program_;
  RuleGraph& graph_;
  NodeStore& store_;
  std::vector<bool> needed_;
  std::vector<bool> rule_needed_;
  std::vector<NodeId> nodes_;               // by typed expression
  std::vector<std::vector<NodeId>> fires_;  // by rule, by branch
  std::vector<RuleId> rule_ids_;            // in the graph, by rule
  std::vector<NodeId> operands_;
};

}  // namespace

std::unique_ptr<RuleGraph> BuildGraph(std::unique_ptr<CheckedProgram> program, const SourceStore& sources) {
  std::unique_ptr<RuleGraph>& graph = program->tables;
  Lowering(*program).Run();
  graph->files.clear();
  for (size_t i = 0; i < sources.size(); ++i) graph->files.emplace_back(sources.Name(FileId(i)));
  return std::move(graph);
}

}  // namespace assay

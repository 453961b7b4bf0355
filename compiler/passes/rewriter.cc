// Reachability, uses, source places and roots of a rewrite.
#include "compiler/passes/rewriter.h"

#include <utility>

namespace assay {

Rewriter::Rewriter(const PassContext& context)
    : context_(context),
      to_(&context.graph.resources, &context.graph.types, &context.graph.fields, &context.graph.params),
      build_(context.graph, to_),
      reachable_(context.graph.nodes.size()),
      uses_(context.graph.nodes.size()),
      map_(context.graph.nodes.size()) {
  // Operands have smaller ids than their users, so one pass downwards sees every user of a node before the node.
  std::vector<bool> executed(reachable_.size());
  ForEachRoot(context.graph, [&](NodeId& root, bool runs) {
    reachable_[root.index()] = true;
    if (!runs) return;
    executed[root.index()] = true;
    ++uses_[root.index()];
  });
  if (context.watched != nullptr) {
    for (NodeId node : *context.watched) reachable_[node.index()] = true;
  }
  for (size_t i = reachable_.size(); i-- > 0;) {
    if (!reachable_[i]) continue;
    for (NodeId operand : from().Operands(NodeId(i))) {
      reachable_[operand.index()] = true;
      if (!executed[i]) continue;
      executed[operand.index()] = true;
      ++uses_[operand.index()];
    }
  }
}

NodeId Rewriter::Same(NodeId old) {
  operands_.clear();
  for (NodeId operand : from().Operands(old)) operands_.push_back((*this)[operand]);
  return build_.Again(from(), old, operands_);
}

void Rewriter::CarrySpans(NodeId old, NodeId now) {
  const auto spans = from().Spans(old);
  if (spans.empty()) return;
  // A node that was simplified to a constant, or to one of its operands, is not what stands at its place in the source.
  if (to_.IsConst(now) && !from().IsConst(old)) return;
  for (NodeId operand : from().Operands(old)) {
    if (map_[operand.index()] == now) return;
  }
  for (const SourceSpan& span : spans) to_.AddSpan(now, span);
}

void Rewriter::Finish() {
  ForEachRoot(context_.graph, [&](NodeId& root, bool) { root = map_[root.index()]; });
  if (context_.watched != nullptr) {
    for (NodeId& node : *context_.watched) node = map_[node.index()];
  }
  context_.graph.nodes = std::move(to_);
}

}  // namespace assay

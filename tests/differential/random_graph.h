// Random well-typed rule graphs: every kind of node and every built-in, shared subexpressions, rules of several branches.
#pragma once

#include <memory>

#include "random_source.h"
#include "runtime/graph/rule_graph.h"

namespace assay::differential {

struct GraphShape {
  size_t rules = 8;
  size_t max_branches = 3;
  size_t depth = 5;
};

// A graph over RandomFields(); it passes the verifier.
std::unique_ptr<RuleGraph> RandomGraph(RandomSource& random, const GraphShape& shape = {});

}  // namespace assay::differential

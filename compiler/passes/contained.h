// Tests of one text in one condition of which one says what another says already: in `t contains "spam" or t contains "spammer"`
// the second, in `t contains "spam" and t contains "spammer"` the first. Only warned of: what stands there is true, and dear to
// nobody.
#pragma once

#include "compiler/passes/warnings.h"
#include "runtime/graph/rule_graph.h"

namespace assay {

// For a graph whose junctions are flat and whose tests are not merged into sets yet.
void WarnOfContained(const RuleGraph& graph, Warnings& warnings);

}  // namespace assay

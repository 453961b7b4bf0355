// From a checked program to the rule graph: which nodes stand for what the program means. Nothing is reported here and nothing
// can fail; a program with errors must not come here.
#pragma once

#include <memory>

#include "compiler/sema/program.h"
#include "compiler/source/source_store.h"
#include "runtime/graph/rule_graph.h"

namespace assay {

// Consumes `program`. Linear in the number of its expressions; no recursion, however deep they nest.
std::unique_ptr<RuleGraph> BuildGraph(std::unique_ptr<CheckedProgram> program, const SourceStore& sources);

}  // namespace assay

// Parameters that the host sets, from text: `--param min_words=7`.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/graph/rule_graph.h"

namespace assay {

// Puts values into graph.params. A kUsage error names a parameter that does not exist (and those that do), or a value
// that its type cannot hold.
Status SetParameters(RuleGraph& graph, const std::vector<std::pair<std::string, std::string>>& params);

}  // namespace assay

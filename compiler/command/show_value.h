// Values and matches as an explanation shows them.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/value.h"
#include "runtime/graph/rule_graph.h"

namespace assay {

// "true", "unknown" (a bool that is null), "null", `"Check out..."`, `["a", "b", ...]`; long texts and lists are cut.
std::string ShowValue(const Value& value, TypeKind kind);

// Text in quotes with line breaks and control characters made visible, cut to so many characters.
std::string ShowText(std::string_view text, size_t limit);

// Where a text test (a kCall of text against a constant) finds something: `"my channel" at 10..20`, offsets in code
// points. Empty for other nodes, and where nothing is found. `text` is the value of the node's first operand.
std::vector<std::string> ShowMatches(const RuleGraph& graph, NodeId node, const Value& text);

}  // namespace assay

// The passes, for the pipeline: each takes a graph and leaves one with the same votes. A pass that finds nothing to do leaves the
// graph as it is.
#pragma once

#include "compiler/passes/rewriter.h"

namespace assay {

void BindPass(const PassContext& context);
void FoldPass(const PassContext& context);
void FlattenPass(const PassContext& context);
void PatternsPass(const PassContext& context);
void CasePass(const PassContext& context);
void MergePass(const PassContext& context);
void RangePass(const PassContext& context);

// Removes what no root needs: passes leave behind what they found a better node for.
void Sweep(RuleGraph& graph);

}  // namespace assay

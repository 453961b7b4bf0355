// fold: every node is made again by the builder, which does the folding (builder.h lists its rules). Here stands only that
// it is done for the whole graph, from the leaves up, so that one run reaches everything that constants decide.
#include "compiler/passes/pass_list.h"

namespace assay {

void FoldPass(const PassContext& context) {
  Rewriter rewriter(context);
  rewriter.Run([&](NodeId old) { return rewriter.Same(old); });
}

}  // namespace assay

// bind: parameters become constants of the values that the graph's table of parameters holds.
#include "compiler/passes/pass_list.h"

namespace assay {

void BindPass(const PassContext& context) {
  Rewriter rewriter(context);
  rewriter.Run([&](NodeId old) {
    const Node& node = rewriter.from().Get(old);
    if (node.kind != NodeKind::kParam) return rewriter.Same(old);
    const Param& param = context.graph.params[node.payload];
    return rewriter.build().nodes().ConstantOf(param.type, param.value);
  });
}

}  // namespace assay

// One kernel step to one LLVM function: a loop over the words of the block whose body computes every output of the step.
#pragma once

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <optional>
#include <unordered_map>

#include "compiler/codegen/llvm/helpers.h"
#include "runtime/base/result.h"
#include "runtime/graph/rule_graph.h"
#include "runtime/plan/plan.h"

namespace assay::codegen {

class KernelBuilder {
 public:
  KernelBuilder(llvm::Module& module, Helpers& helpers, const Plan& plan, const RuleGraph& graph);

  // Adds `void name(const AssayKernelArgs*)` to the module.
  Status Build(const KernelStep& step, const std::string& name);

 private:
  // A node's values for the word at hand.
  struct Computed {
    llvm::Value* bits = nullptr;     // bool: a bit a row, 0 where unknown
    llvm::Value* scalar = nullptr;   // a number that is the same in every row
    llvm::Value* address = nullptr;  // numbers: 64 of them; made from `scalar` when needed
    llvm::Value* known = nullptr;    // a bit a row; nullptr: all rows
  };

  std::vector<NodeId> Body(const KernelStep& step) const;
  void LoadPointers(const KernelStep& step);
  Computed Input(const KernelStep& step, size_t input);
  void StoreOutput(const KernelStep& step, size_t output);
  Result<Computed> Compute(NodeId node);
  Computed ConstantOf(NodeId node);
  Computed ParamOf(NodeId node);
  Computed Junction(NodeId node, bool is_and);
  Computed EqualOf(NodeId a, NodeId b);
  Computed LessOf(NodeId a, NodeId b);
  Computed ArithmeticOf(Arithmetic operation, NodeId a, NodeId b);
  Computed Negated(NodeId a);
  Computed IfOf(NodeId condition, NodeId a, NodeId b);
  Computed CoalesceOf(NodeId a, NodeId b);
  Result<Computed> CallOf(NodeId node);
  Computed Extreme(std::span<const NodeId> operands, bool least);
  Computed Membership(NodeId node);

  Number NumberOf(NodeId node) const;
  SlotKind KindOf(NodeId node) const { return SlotKindOf(graph_.types, graph_.nodes.Get(node).type); }
  const Computed& At(NodeId node) const { return computed_.at(node.value); }
  llvm::Value* AddressOf(Computed& computed);
  llvm::Value* AddressOf(NodeId node) { return AddressOf(computed_.at(node.value)); }
  llvm::Value* CompareValues(Compare compare, Number number, Computed a, Computed b);
  llvm::Value* Room();                                              // 64 values on the stack
  llvm::Value* And(llvm::Value* a, llvm::Value* b);                 // nullptr is all rows
  llvm::Value* False(const Computed& plane);                        // rows in which a plane is known to be false
  llvm::Value* SelectValues(llvm::Value* mask, Computed a, Computed b);  // the address of the result
  llvm::Value* ScalarOf(Number number, uint64_t bits);
  Computed IntScalar(int64_t value);

  llvm::Module& module_;
  Helpers& helpers_;
  const Plan& plan_;
  const RuleGraph& graph_;
  llvm::Function* function_ = nullptr;
  llvm::IRBuilder<> entry_;  // before the loop
  llvm::IRBuilder<> body_;   // in the loop
  llvm::Value* word_ = nullptr;
  llvm::Value* params_ = nullptr;
  std::vector<llvm::Value*> input_values_, input_known_, output_values_, output_known_;
  std::unordered_map<uint32_t, Computed> computed_;
};

}  // namespace assay::codegen

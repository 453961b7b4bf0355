// The values of nodes for one group of rows, and the logic on them that all kinds share: Kleene's tables on masks.
#pragma once

#include <llvm/IR/IRBuilder.h>

#include <cstdint>
#include <span>

namespace assay {

struct Lanes {
  llvm::Value* value = nullptr;  // bool: the mask of true rows; int: <n x i64>; float: <n x double>; else nothing
  llvm::Value* known = nullptr;  // the mask of rows that are not null; nullptr: all of them
};

// Makes instructions for groups of `lanes` rows.
class LaneBuilder {
 public:
  LaneBuilder(llvm::IRBuilder<>& ir, unsigned lanes) : ir_(ir), lanes_(lanes) {}

  unsigned lanes() const { return lanes_; }
  llvm::IntegerType* MaskType() const { return ir_.getIntNTy(lanes_); }
  llvm::FixedVectorType* IntType() const { return llvm::FixedVectorType::get(ir_.getInt64Ty(), lanes_); }
  llvm::FixedVectorType* FloatType() const { return llvm::FixedVectorType::get(ir_.getDoubleTy(), lanes_); }

  llvm::Value* AllRows() const { return llvm::ConstantInt::getAllOnesValue(MaskType()); }
  llvm::Value* NoRows() const { return llvm::ConstantInt::getNullValue(MaskType()); }
  llvm::Value* Ints(int64_t value) const { return llvm::ConstantVector::getSplat(llvm::ElementCount::getFixed(lanes_), ir_.getInt64(static_cast<uint64_t>(value))); }
  llvm::Value* Floats(double value) const { return llvm::ConstantVector::getSplat(llvm::ElementCount::getFixed(lanes_), llvm::ConstantFP::get(ir_.getDoubleTy(), value)); }

  // <n x i1> and masks.
  llvm::Value* ToMask(llvm::Value* bits) { return ir_.CreateBitCast(bits, MaskType()); }
  llvm::Value* ToBits(llvm::Value* mask) { return ir_.CreateBitCast(mask, llvm::FixedVectorType::get(ir_.getInt1Ty(), lanes_)); }

  // Masks; nullptr stands for all rows.
  llvm::Value* And(llvm::Value* a, llvm::Value* b) { return a == nullptr ? b : b == nullptr ? a : ir_.CreateAnd(a, b); }
  llvm::Value* Or(llvm::Value* a, llvm::Value* b) { return a == nullptr || b == nullptr ? nullptr : ir_.CreateOr(a, b); }

  // Bools.
  llvm::Value* FalseRows(const Lanes& a);    // known and not true
  llvm::Value* UnknownRows(const Lanes& a);  // none, where everything is known
  Lanes FromTrueAndFalse(llvm::Value* true_rows, llvm::Value* false_rows, bool nullable);
  Lanes AllOf(std::span<const Lanes> operands);
  Lanes AnyOf(std::span<const Lanes> operands);
  Lanes Not(const Lanes& a) { return {FalseRows(a), a.known}; }
  Lanes IsTrue(const Lanes& a) { return {a.value, nullptr}; }
  Lanes IsNull(const Lanes& a) { return {UnknownRows(a), nullptr}; }
  Lanes EqualBools(const Lanes& a, const Lanes& b);
  Lanes IfBools(const Lanes& condition, const Lanes& yes, const Lanes& no);
  Lanes CoalesceBools(const Lanes& a, const Lanes& b);

  // A comparison's result: rows where `mask` holds, of those that `known` has.
  Lanes Compared(llvm::Value* bits, llvm::Value* known) { return {And(ToMask(bits), known), known}; }

  // Numbers.
  Lanes IfNumbers(const Lanes& condition, const Lanes& yes, const Lanes& no);
  Lanes CoalesceNumbers(const Lanes& a, const Lanes& b);

 private:
  llvm::IRBuilder<>& ir_;
  unsigned lanes_;
};

}  // namespace assay

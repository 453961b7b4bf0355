#include "compiler/codegen/llvm/lanes.h"

namespace assay {

llvm::Value* LaneBuilder::FalseRows(const Lanes& a) {
  // The value has no bit outside of the known rows, so exclusive or takes it off.
  return ir_.CreateXor(a.value, a.known == nullptr ? AllRows() : a.known);
}

llvm::Value* LaneBuilder::UnknownRows(const Lanes& a) { return a.known == nullptr ? NoRows() : ir_.CreateNot(a.known); }

Lanes LaneBuilder::FromTrueAndFalse(llvm::Value* true_rows, llvm::Value* false_rows, bool nullable) {
  return {true_rows, nullable ? ir_.CreateOr(true_rows, false_rows) : nullptr};
}

Lanes LaneBuilder::AllOf(std::span<const Lanes> operands) {
  llvm::Value* true_rows = nullptr;
  bool nullable = false;
  for (const Lanes& operand : operands) {
    true_rows = And(true_rows, operand.value);
    nullable |= operand.known != nullptr;
  }
  if (true_rows == nullptr) true_rows = AllRows();
  if (!nullable) return {true_rows, nullptr};
  llvm::Value* false_rows = NoRows();
  for (const Lanes& operand : operands) false_rows = ir_.CreateOr(false_rows, FalseRows(operand));
  return FromTrueAndFalse(true_rows, false_rows, true);
}

Lanes LaneBuilder::AnyOf(std::span<const Lanes> operands) {
  llvm::Value* true_rows = NoRows();
  bool nullable = false;
  for (const Lanes& operand : operands) {
    true_rows = ir_.CreateOr(true_rows, operand.value);
    nullable |= operand.known != nullptr;
  }
  if (!nullable) return {true_rows, nullptr};
  llvm::Value* false_rows = AllRows();
  for (const Lanes& operand : operands) false_rows = ir_.CreateAnd(false_rows, FalseRows(operand));
  return FromTrueAndFalse(true_rows, false_rows, true);
}

Lanes LaneBuilder::EqualBools(const Lanes& a, const Lanes& b) {
  llvm::Value* known = And(a.known, b.known);
  return {And(ir_.CreateNot(ir_.CreateXor(a.value, b.value)), known), known};
}

Lanes LaneBuilder::IfBools(const Lanes& condition, const Lanes& yes, const Lanes& no) {
  llvm::Value* otherwise = FalseRows(condition);
  const auto pick = [&](llvm::Value* a, llvm::Value* b) {
    return ir_.CreateOr(ir_.CreateAnd(condition.value, a), ir_.CreateAnd(otherwise, b));
  };
  const bool nullable = condition.known != nullptr || yes.known != nullptr || no.known != nullptr;
  llvm::Value* true_rows = pick(yes.value, no.value);
  return nullable ? FromTrueAndFalse(true_rows, pick(FalseRows(yes), FalseRows(no)), true) : Lanes{true_rows, nullptr};
}

Lanes LaneBuilder::CoalesceBools(const Lanes& a, const Lanes& b) {
  if (a.known == nullptr) return a;
  return {ir_.CreateOr(a.value, ir_.CreateAnd(UnknownRows(a), b.value)), Or(a.known, b.known)};
}

Lanes LaneBuilder::IfNumbers(const Lanes& condition, const Lanes& yes, const Lanes& no) {
  Lanes result{ir_.CreateSelect(ToBits(condition.value), yes.value, no.value), nullptr};
  if (condition.known == nullptr && yes.known == nullptr && no.known == nullptr) return result;
  llvm::Value* chosen = And(condition.value, yes.known);
  llvm::Value* other = And(FalseRows(condition), no.known);
  result.known = ir_.CreateOr(chosen, other);
  return result;
}

Lanes LaneBuilder::CoalesceNumbers(const Lanes& a, const Lanes& b) {
  if (a.known == nullptr) return a;
  return {ir_.CreateSelect(ToBits(a.known), a.value, b.value), Or(a.known, b.known)};
}

}  // namespace assay

// Kleene logic on planes keeps one invariant: a plane's bit is 0 where it is unknown. So "true" is the plane itself, "false"
// is known and not the plane, and where no operand can be unknown the known planes are never computed.
#include "compiler/codegen/llvm/kernel_builder.h"

#include <fmt/format.h>
#include <llvm/IR/Constants.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <variant>

namespace assay::codegen {

using llvm::Value;

KernelBuilder::KernelBuilder(llvm::Module& module, Helpers& helpers, const Plan& plan, const RuleGraph& graph)
    : module_(module), helpers_(helpers), plan_(plan), graph_(graph), entry_(module.getContext()), body_(module.getContext()) {}

Number KernelBuilder::NumberOf(NodeId node) const { return KindOf(node) == SlotKind::kFloat ? Number::kFloat : Number::kInt; }

// The nodes that the step computes, operands first.
std::vector<NodeId> KernelBuilder::Body(const KernelStep& step) const {
  std::unordered_map<uint32_t, bool> seen;
  for (SlotId input : step.inputs) seen[plan_.slots[input.index()].node.value] = true;
  std::vector<NodeId> body;
  std::vector<NodeId> pending;
  for (SlotId output : step.outputs) pending.push_back(plan_.slots[output.index()].node);
  while (!pending.empty()) {
    const NodeId node = pending.back();
    pending.pop_back();
    if (!seen.emplace(node.value, true).second) continue;
    body.push_back(node);
    const auto operands = graph_.nodes.Operands(node);
    pending.insert(pending.end(), operands.begin(), operands.end());
  }
  std::ranges::sort(body);
  return body;
}

Status KernelBuilder::Build(const KernelStep& step, const std::string& name) {
  llvm::LLVMContext& context = module_.getContext();
  llvm::Type* pointer = llvm::PointerType::getUnqual(context);
  function_ = llvm::Function::Create(llvm::FunctionType::get(llvm::Type::getVoidTy(context), {pointer}, false),
                                     llvm::GlobalValue::ExternalLinkage, name, module_);
  function_->addFnAttr(llvm::Attribute::NoUnwind);
  auto* entry = llvm::BasicBlock::Create(context, "entry", function_);
  auto* loop = llvm::BasicBlock::Create(context, "loop", function_);
  auto* done = llvm::BasicBlock::Create(context, "done", function_);
  entry_.SetInsertPoint(entry);
  body_.SetInsertPoint(loop);
  computed_.clear();

  llvm::PHINode* word = body_.CreatePHI(body_.getInt64Ty(), 2, "word");
  word_ = word;
  LoadPointers(step);
  Value* words = entry_.CreateLoad(entry_.getInt64Ty(), entry_.CreateConstGEP1_64(entry_.getInt8Ty(), function_->getArg(0), 40), "words");

  for (size_t i = 0; i < step.inputs.size(); ++i) computed_[plan_.slots[step.inputs[i].index()].node.value] = Input(step, i);
  for (NodeId node : Body(step)) {
    ASSAY_ASSIGN_OR_RETURN(computed_[node.value], Compute(node));
  }
  for (size_t i = 0; i < step.outputs.size(); ++i) StoreOutput(step, i);

  entry_.CreateBr(loop);
  Value* next = body_.CreateAdd(word, body_.getInt64(1));
  word->addIncoming(body_.getInt64(0), entry);
  word->addIncoming(next, loop);
  body_.CreateCondBr(body_.CreateICmpULT(next, words), loop, done);
  llvm::IRBuilder<>(done).CreateRetVoid();
  return {};
}

// The layout of AssayKernelArgs: five pointers and the number of words, eight bytes each.
void KernelBuilder::LoadPointers(const KernelStep& step) {
  llvm::Type* pointer = entry_.getPtrTy();
  Value* args = function_->getArg(0);
  const auto member = [&](unsigned offset) { return entry_.CreateLoad(pointer, entry_.CreateConstGEP1_64(entry_.getInt8Ty(), args, offset)); };
  const auto all = [&](unsigned offset, size_t count, const auto& wanted) {
    std::vector<Value*> loaded(count);
    Value* table = nullptr;
    for (size_t i = 0; i < count; ++i) {
      if (!wanted(i)) continue;
      if (table == nullptr) table = member(offset);
      loaded[i] = entry_.CreateLoad(pointer, entry_.CreateConstGEP1_64(pointer, table, i));
    }
    return loaded;
  };
  const auto slot = [&](SlotId id) -> const Slot& { return plan_.slots[id.index()]; };
  const auto has_values = [](SlotKind kind) { return kind != SlotKind::kString && kind != SlotKind::kValue; };
  input_values_ = all(0, step.inputs.size(), [&](size_t i) { return has_values(slot(step.inputs[i]).kind); });
  input_known_ = all(8, step.inputs.size(), [&](size_t i) { return slot(step.inputs[i]).nullable; });
  output_values_ = all(16, step.outputs.size(), [&](size_t) { return true; });
  output_known_ = all(24, step.outputs.size(), [&](size_t i) { return slot(step.outputs[i]).nullable; });
  params_ = member(32);
}

KernelBuilder::Computed KernelBuilder::Input(const KernelStep& step, size_t input) {
  llvm::Type* i64 = body_.getInt64Ty();
  Computed computed;
  switch (plan_.slots[step.inputs[input].index()].kind) {
    case SlotKind::kPlane: computed.bits = body_.CreateLoad(i64, body_.CreateGEP(i64, input_values_[input], word_)); break;
    case SlotKind::kInt:
    case SlotKind::kFloat:
      computed.address = body_.CreateGEP(i64, input_values_[input], body_.CreateShl(word_, body_.getInt64(6)));
      break;
    case SlotKind::kString:
    case SlotKind::kValue: break;
  }
  if (input_known_[input] != nullptr) computed.known = body_.CreateLoad(i64, body_.CreateGEP(i64, input_known_[input], word_));
  return computed;
}

void KernelBuilder::StoreOutput(const KernelStep& step, size_t output) {
  llvm::Type* i64 = body_.getInt64Ty();
  const Slot& slot = plan_.slots[step.outputs[output].index()];
  Computed& computed = computed_.at(slot.node.value);
  if (slot.kind == SlotKind::kPlane) {
    body_.CreateStore(computed.bits, body_.CreateGEP(i64, output_values_[output], word_));
  } else {
    Value* to = body_.CreateGEP(i64, output_values_[output], body_.CreateShl(word_, body_.getInt64(6)));
    Value* from = AddressOf(computed);
    body_.CreateCall(helpers_.Select(), {body_.getInt64(~uint64_t{0}), from, from, to});
  }
  if (slot.nullable) {
    Value* known = computed.known == nullptr ? body_.getInt64(~uint64_t{0}) : computed.known;
    body_.CreateStore(known, body_.CreateGEP(i64, output_known_[output], word_));
  }
}

Value* KernelBuilder::Room() {
  return entry_.CreateAlloca(llvm::ArrayType::get(entry_.getInt64Ty(), 64));
}

Value* KernelBuilder::AddressOf(Computed& computed) {
  if (computed.address != nullptr) return computed.address;
  computed.address = Room();
  Value* bits = entry_.CreateBitCast(computed.scalar, entry_.getInt64Ty());
  entry_.CreateCall(helpers_.Fill(), {bits, computed.address});
  return computed.address;
}

Value* KernelBuilder::And(Value* a, Value* b) {
  if (a == nullptr) return b;
  return b == nullptr ? a : body_.CreateAnd(a, b);
}

Value* KernelBuilder::False(const Computed& plane) {
  Value* not_true = body_.CreateNot(plane.bits);
  return plane.known == nullptr ? not_true : body_.CreateAnd(plane.known, not_true);
}

Value* KernelBuilder::ScalarOf(Number number, uint64_t bits) {
  if (number == Number::kInt) return entry_.getInt64(bits);
  return llvm::ConstantFP::get(entry_.getDoubleTy(), std::bit_cast<double>(bits));
}

KernelBuilder::Computed KernelBuilder::IntScalar(int64_t value) {
  Computed computed;
  computed.scalar = ScalarOf(Number::kInt, static_cast<uint64_t>(value));
  return computed;
}

KernelBuilder::Computed KernelBuilder::ConstantOf(NodeId node) {
  const assay::Value& value = graph_.nodes.ConstantAt(node).value;
  Computed computed;
  if (value.is_null()) computed.known = body_.getInt64(0);
  switch (KindOf(node)) {
    case SlotKind::kPlane: computed.bits = body_.getInt64(!value.is_null() && value.as_bool() ? ~uint64_t{0} : 0); break;
    case SlotKind::kInt: computed.scalar = ScalarOf(Number::kInt, value.is_null() ? 0 : static_cast<uint64_t>(value.as_int())); break;
    case SlotKind::kFloat:
      computed.scalar = ScalarOf(Number::kFloat, value.is_null() ? 0 : std::bit_cast<uint64_t>(value.as_float()));
      break;
    case SlotKind::kString:
    case SlotKind::kValue: break;  // only asked whether it is null
  }
  return computed;
}

KernelBuilder::Computed KernelBuilder::ParamOf(NodeId node) {
  llvm::Type* i64 = entry_.getInt64Ty();
  const uint64_t number = graph_.nodes.Get(node).payload;
  const auto member = [&](uint64_t which) {
    return entry_.CreateLoad(i64, entry_.CreateConstGEP1_64(i64, params_, 2 * number + which));
  };
  Computed computed;
  if (graph_.nodes.Get(node).nullable) computed.known = member(1);
  switch (KindOf(node)) {
    case SlotKind::kPlane: computed.bits = entry_.CreateNeg(member(0)); break;
    case SlotKind::kInt: computed.scalar = member(0); break;
    case SlotKind::kFloat: computed.scalar = entry_.CreateBitCast(member(0), entry_.getDoubleTy()); break;
    case SlotKind::kString:
    case SlotKind::kValue: break;
  }
  return computed;
}

KernelBuilder::Computed KernelBuilder::Junction(NodeId node, bool is_and) {
  const auto operands = graph_.nodes.Operands(node);
  const bool nullable = std::ranges::any_of(operands, [&](NodeId o) { return At(o).known != nullptr; });
  Value* true_rows = At(operands[0]).bits;
  Value* false_rows = nullable ? False(At(operands[0])) : nullptr;
  for (NodeId operand : operands.subspan(1)) {
    const Computed& next = At(operand);
    true_rows = is_and ? body_.CreateAnd(true_rows, next.bits) : body_.CreateOr(true_rows, next.bits);
    if (nullable) false_rows = is_and ? body_.CreateOr(false_rows, False(next)) : body_.CreateAnd(false_rows, False(next));
  }
  Computed computed;
  computed.bits = true_rows;
  if (nullable) computed.known = body_.CreateOr(true_rows, false_rows);
  return computed;
}

Value* KernelBuilder::CompareValues(Compare compare, Number number, Computed a, Computed b) {
  if (a.scalar != nullptr && b.scalar != nullptr) AddressOf(a);
  const Shape shape_a = a.address == nullptr ? Shape::kScalar : Shape::kVector;
  const Shape shape_b = b.address == nullptr || (b.scalar != nullptr && shape_a == Shape::kVector) ? Shape::kScalar : Shape::kVector;
  return body_.CreateCall(helpers_.CompareOf(compare, number, shape_a, shape_b),
                          {shape_a == Shape::kVector ? a.address : a.scalar, shape_b == Shape::kVector ? b.address : b.scalar});
}

KernelBuilder::Computed KernelBuilder::EqualOf(NodeId a, NodeId b) {
  Computed computed;
  computed.known = And(At(a).known, At(b).known);
  if (KindOf(a) == SlotKind::kPlane) {
    computed.bits = body_.CreateNot(body_.CreateXor(At(a).bits, At(b).bits));
  } else {
    computed.bits = CompareValues(Compare::kEqual, NumberOf(a), At(a), At(b));
  }
  computed.bits = And(computed.known, computed.bits);
  return computed;
}

KernelBuilder::Computed KernelBuilder::LessOf(NodeId a, NodeId b) {
  Computed computed;
  computed.known = And(At(a).known, At(b).known);
  computed.bits = And(computed.known, CompareValues(Compare::kLess, NumberOf(a), At(a), At(b)));
  return computed;
}

KernelBuilder::Computed KernelBuilder::ArithmeticOf(Arithmetic operation, NodeId a, NodeId b) {
  Computed computed;
  Value* left = AddressOf(a);
  Value* right = AddressOf(b);
  computed.address = Room();
  Value* fits = body_.CreateCall(helpers_.ArithmeticOf(operation, NumberOf(a)), {left, right, computed.address});
  computed.known = And(fits, And(At(a).known, At(b).known));
  return computed;
}

KernelBuilder::Computed KernelBuilder::Negated(NodeId a) {
  Computed computed;
  Value* from = AddressOf(a);
  computed.address = Room();
  Value* fits = body_.CreateCall(helpers_.Negate(NumberOf(a)), {from, computed.address});
  computed.known = NumberOf(a) == Number::kInt ? And(fits, At(a).known) : At(a).known;
  return computed;
}

Value* KernelBuilder::SelectValues(Value* mask, Computed a, Computed b) {
  Value* left = AddressOf(a);
  Value* right = AddressOf(b);
  Value* result = Room();
  body_.CreateCall(helpers_.Select(), {mask, left, right, result});
  return result;
}

KernelBuilder::Computed KernelBuilder::IfOf(NodeId condition, NodeId a, NodeId b) {
  Value* then_rows = At(condition).bits;
  Value* else_rows = False(At(condition));
  Computed computed;
  if (KindOf(a) == SlotKind::kPlane) {
    computed.bits = body_.CreateOr(body_.CreateAnd(then_rows, At(a).bits), body_.CreateAnd(else_rows, At(b).bits));
  } else {
    computed.address = SelectValues(then_rows, At(a), At(b));
  }
  if (At(condition).known != nullptr || At(a).known != nullptr || At(b).known != nullptr) {
    computed.known = body_.CreateOr(And(then_rows, At(a).known), And(else_rows, At(b).known));
  }
  return computed;
}

KernelBuilder::Computed KernelBuilder::CoalesceOf(NodeId a, NodeId b) {
  if (At(a).known == nullptr) return At(a);
  Computed computed;
  if (KindOf(a) == SlotKind::kPlane) {
    computed.bits = body_.CreateOr(At(a).bits, body_.CreateAnd(body_.CreateNot(At(a).known), At(b).bits));
  } else {
    computed.address = SelectValues(At(a).known, At(a), At(b));
  }
  if (At(b).known != nullptr) computed.known = body_.CreateOr(At(a).known, At(b).known);
  return computed;
}

// The first of the least (or greatest) operands, as the row implementations choose.
KernelBuilder::Computed KernelBuilder::Extreme(std::span<const NodeId> operands, bool least) {
  const Number number = NumberOf(operands[0]);
  Computed best = At(operands[0]);
  for (NodeId operand : operands.subspan(1)) {
    const Computed& next = At(operand);
    Value* better = least ? CompareValues(Compare::kLess, number, next, best) : CompareValues(Compare::kLess, number, best, next);
    Computed chosen;
    chosen.address = SelectValues(better, next, best);
    chosen.known = And(best.known, next.known);
    best = chosen;
  }
  return best;
}

KernelBuilder::Computed KernelBuilder::Membership(NodeId node) {
  const auto operands = graph_.nodes.Operands(node);
  const SetValues& set = graph_.resources.set(SetId(graph_.nodes.ConstantAt(operands[1]).resource));
  const Number number = NumberOf(operands[0]);
  Computed computed;
  computed.known = At(operands[0]).known;
  computed.bits = body_.getInt64(0);
  for (const SetMember& member : set.members()) {
    Computed scalar;
    if (number == Number::kInt) {
      scalar = IntScalar(std::get<int64_t>(member[0]));
    } else {
      scalar.scalar = ScalarOf(Number::kFloat, std::bit_cast<uint64_t>(std::get<double>(member[0])));
    }
    computed.bits = body_.CreateOr(computed.bits, CompareValues(Compare::kEqual, number, At(operands[0]), scalar));
  }
  computed.bits = And(computed.known, computed.bits);
  return computed;
}

Result<KernelBuilder::Computed> KernelBuilder::CallOf(NodeId node) {
  const auto operands = graph_.nodes.Operands(node);
  const auto x = operands[0];
  Computed computed;
  computed.known = At(x).known;
  switch (graph_.nodes.BuiltinAt(node)) {
    case BuiltinId::IntOfInt:
    case BuiltinId::FloatOfFloat: return At(x);
    case BuiltinId::FloatOfInt: {
      Value* from = AddressOf(x);
      computed.address = Room();
      body_.CreateCall(helpers_.ToFloat(), {from, computed.address});
      return computed;
    }
    case BuiltinId::IntOfBool: computed.address = SelectValues(At(x).bits, IntScalar(1), IntScalar(0)); return computed;
    case BuiltinId::AbsInt: {
      Computed negated = Negated(x);
      negated.address = SelectValues(CompareValues(Compare::kLess, Number::kInt, At(x), IntScalar(0)), negated, At(x));
      return negated;
    }
    case BuiltinId::AbsFloat: {
      Value* from = AddressOf(x);
      computed.address = Room();
      body_.CreateCall(helpers_.AbsoluteFloat(), {from, computed.address});
      return computed;
    }
    case BuiltinId::SignInt:
    case BuiltinId::SignFloat: {
      const Number number = NumberOf(x);
      Computed zero;
      zero.scalar = ScalarOf(number, 0);
      Computed sign;
      sign.address = SelectValues(CompareValues(Compare::kLess, number, zero, At(x)), IntScalar(1), IntScalar(0));
      computed.address = SelectValues(CompareValues(Compare::kLess, number, At(x), zero), IntScalar(-1), sign);
      return computed;
    }
    case BuiltinId::IsFinite: {
      Computed infinity;
      infinity.scalar = ScalarOf(Number::kFloat, std::bit_cast<uint64_t>(std::numeric_limits<double>::infinity()));
      Computed minus;
      minus.scalar = ScalarOf(Number::kFloat, std::bit_cast<uint64_t>(-std::numeric_limits<double>::infinity()));
      computed.bits = body_.CreateAnd(CompareValues(Compare::kLess, Number::kFloat, At(x), infinity),
                                      CompareValues(Compare::kLess, Number::kFloat, minus, At(x)));
      computed.bits = And(computed.known, computed.bits);
      return computed;
    }
    case BuiltinId::MinInt:
    case BuiltinId::MinFloat: return Extreme(operands, true);
    case BuiltinId::MaxInt:
    case BuiltinId::MaxFloat: return Extreme(operands, false);
    case BuiltinId::ClampInt:
    case BuiltinId::ClampFloat: {
      const Number number = NumberOf(x);
      Computed raised;
      raised.address = SelectValues(CompareValues(Compare::kLess, number, At(x), At(operands[1])), At(operands[1]), At(x));
      computed.address = SelectValues(CompareValues(Compare::kLess, number, At(operands[2]), raised), At(operands[2]), raised);
      computed.known = And(At(x).known, And(At(operands[1]).known, At(operands[2]).known));
      return computed;
    }
    case BuiltinId::OpInSet: return Membership(node);
    default: break;
  }
  return Fail(ErrorKind::kInternal, fmt::format("no kernel form of {}", InfoOf(graph_.nodes.BuiltinAt(node)).name));
}

Result<KernelBuilder::Computed> KernelBuilder::Compute(NodeId node) {
  const auto operands = graph_.nodes.Operands(node);
  Computed computed;
  switch (graph_.nodes.Get(node).kind) {
    case NodeKind::kConst: return ConstantOf(node);
    case NodeKind::kParam: return ParamOf(node);
    case NodeKind::kNot:
      computed.bits = False(At(operands[0]));
      computed.known = At(operands[0]).known;
      return computed;
    case NodeKind::kAnd: return Junction(node, true);
    case NodeKind::kOr: return Junction(node, false);
    case NodeKind::kIsTrue: computed.bits = At(operands[0]).bits; return computed;
    case NodeKind::kIsNull:
      computed.bits = At(operands[0]).known == nullptr ? body_.getInt64(0) : body_.CreateNot(At(operands[0]).known);
      return computed;
    case NodeKind::kEq: return EqualOf(operands[0], operands[1]);
    case NodeKind::kLt: return LessOf(operands[0], operands[1]);
    case NodeKind::kAdd: return ArithmeticOf(Arithmetic::kAdd, operands[0], operands[1]);
    case NodeKind::kSub: return ArithmeticOf(Arithmetic::kSub, operands[0], operands[1]);
    case NodeKind::kMul: return ArithmeticOf(Arithmetic::kMul, operands[0], operands[1]);
    case NodeKind::kDiv: return ArithmeticOf(Arithmetic::kDiv, operands[0], operands[1]);
    case NodeKind::kNeg: return Negated(operands[0]);
    case NodeKind::kToFloat: {
      Value* from = AddressOf(operands[0]);
      computed.address = Room();
      body_.CreateCall(helpers_.ToFloat(), {from, computed.address});
      computed.known = At(operands[0]).known;
      return computed;
    }
    case NodeKind::kIf: return IfOf(operands[0], operands[1], operands[2]);
    case NodeKind::kCoalesce: return CoalesceOf(operands[0], operands[1]);
    case NodeKind::kCall: return CallOf(node);
    case NodeKind::kField:
    case NodeKind::kFloorDiv:
    case NodeKind::kMod:
    case NodeKind::kMakeList: break;
  }
  return Fail(ErrorKind::kInternal, fmt::format("no kernel form of node {} ({})", node.value, InfoOf(graph_.nodes.Get(node).kind).spelling));
}

}  // namespace assay::codegen

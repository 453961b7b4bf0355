#include "compiler/codegen/llvm/helpers.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/Intrinsics.h>

#include <functional>

namespace assay::codegen {

namespace {

using llvm::IRBuilder;
using llvm::Type;
using llvm::Value;

constexpr unsigned kRows = 64;
constexpr unsigned kLanes = 8;  // values a turn of a loop over the word

Type* ScalarType(llvm::LLVMContext& context, Number number) {
  return number == Number::kInt ? Type::getInt64Ty(context) : Type::getDoubleTy(context);
}

Value* Load(IRBuilder<>& builder, Type* type, Value* from) {
  return builder.CreateAlignedLoad(type, from, llvm::Align(8));
}

// A loop over the word in turns of `step` rows. `body(index, mask)` gives the mask so far for the next turn.
Value* Loop(llvm::Function* function, IRBuilder<>& builder, unsigned step, const std::function<Value*(Value*, Value*)>& body) {
  llvm::LLVMContext& context = function->getContext();
  Type* i64 = builder.getInt64Ty();
  llvm::BasicBlock* before = builder.GetInsertBlock();
  llvm::BasicBlock* loop = llvm::BasicBlock::Create(context, "loop", function);
  llvm::BasicBlock* after = llvm::BasicBlock::Create(context, "after", function);
  builder.CreateBr(loop);
  builder.SetInsertPoint(loop);
  llvm::PHINode* index = builder.CreatePHI(i64, 2, "index");
  llvm::PHINode* mask = builder.CreatePHI(i64, 2, "mask");
  index->addIncoming(builder.getInt64(0), before);
  mask->addIncoming(builder.getInt64(0), before);
  Value* next_mask = body(index, mask);
  Value* next = builder.CreateAdd(index, builder.getInt64(step));
  index->addIncoming(next, loop);
  mask->addIncoming(next_mask, loop);
  builder.CreateCondBr(builder.CreateICmpULT(next, builder.getInt64(kRows)), loop, after);
  builder.SetInsertPoint(after);
  return next_mask;
}

Value* AddBits(IRBuilder<>& builder, Value* mask, Value* index, Value* lanes) {
  Value* byte = builder.CreateBitCast(lanes, builder.getInt8Ty());
  return builder.CreateOr(mask, builder.CreateShl(builder.CreateZExt(byte, builder.getInt64Ty()), index));
}

}  // namespace

llvm::Function* Helpers::Declare(const std::string& name, Type* result, llvm::ArrayRef<Type*> arguments, bool& is_new) {
  llvm::Function* function = module_.getFunction(name);
  is_new = function == nullptr;
  if (!is_new) return function;
  function = llvm::Function::Create(llvm::FunctionType::get(result, arguments, false), llvm::GlobalValue::InternalLinkage, name, module_);
  function->addFnAttr(inlined_ ? llvm::Attribute::AlwaysInline : llvm::Attribute::NoInline);
  function->addFnAttr(llvm::Attribute::NoUnwind);
  return function;
}

llvm::Function* Helpers::CompareOf(Compare compare, Number number, Shape a, Shape b) {
  llvm::LLVMContext& context = module_.getContext();
  Type* scalar = ScalarType(context, number);
  Type* pointer = llvm::PointerType::getUnqual(context);
  const auto letter = [](Shape shape) { return shape == Shape::kVector ? "v" : "s"; };
  const std::string name = std::string(compare == Compare::kEqual ? "equal_" : "less_") + (number == Number::kInt ? "int_" : "float_") +
                           letter(a) + letter(b);
  bool is_new = false;
  llvm::Function* function = Declare(name, Type::getInt64Ty(context),
                                     {a == Shape::kVector ? pointer : scalar, b == Shape::kVector ? pointer : scalar}, is_new);
  if (!is_new) return function;
  IRBuilder<> builder(llvm::BasicBlock::Create(context, "entry", function));
  // All 64 rows in one expression: comparing, packing and moving the mask out is a tree without a loop.
  Type* vector = llvm::FixedVectorType::get(scalar, kRows);
  const auto operand = [&](unsigned argument, Shape shape) -> Value* {
    if (shape == Shape::kScalar) return builder.CreateVectorSplat(kRows, function->getArg(argument));
    return Load(builder, vector, function->getArg(argument));
  };
  Value* left = operand(0, a);
  Value* right = operand(1, b);
  Value* bits = nullptr;
  if (number == Number::kInt) {
    bits = compare == Compare::kEqual ? builder.CreateICmpEQ(left, right) : builder.CreateICmpSLT(left, right);
  } else {
    bits = compare == Compare::kEqual ? builder.CreateFCmpOEQ(left, right) : builder.CreateFCmpOLT(left, right);
  }
  builder.CreateRet(builder.CreateBitCast(bits, builder.getInt64Ty()));
  return function;
}

llvm::Function* Helpers::ArithmeticOf(Arithmetic operation, Number number) {
  llvm::LLVMContext& context = module_.getContext();
  Type* pointer = llvm::PointerType::getUnqual(context);
  Type* scalar = ScalarType(context, number);
  static constexpr const char* kNames[] = {"add_", "sub_", "mul_", "div_"};
  bool is_new = false;
  llvm::Function* function =
      Declare(std::string(kNames[static_cast<int>(operation)]) + (number == Number::kInt ? "int" : "float"), Type::getInt64Ty(context),
              {pointer, pointer, pointer}, is_new);
  if (!is_new) return function;
  IRBuilder<> builder(llvm::BasicBlock::Create(context, "entry", function));
  // A product of two ints has no vector form; it goes value by value.
  const unsigned lanes = number == Number::kInt && operation == Arithmetic::kMul ? 1 : kLanes;
  Type* type = lanes == 1 ? scalar : llvm::FixedVectorType::get(scalar, lanes);
  Value* mask = Loop(function, builder, lanes, [&](Value* index, Value* so_far) {
    const auto at = [&](unsigned argument) { return builder.CreateGEP(scalar, function->getArg(argument), index); };
    Value* left = Load(builder, type, at(0));
    Value* right = Load(builder, type, at(1));
    Value* result = nullptr;
    Value* fits = nullptr;
    if (number == Number::kInt) {
      const llvm::Intrinsic::ID id = operation == Arithmetic::kAdd   ? llvm::Intrinsic::sadd_with_overflow
                                     : operation == Arithmetic::kSub ? llvm::Intrinsic::ssub_with_overflow
                                                                     : llvm::Intrinsic::smul_with_overflow;
      Value* pair = builder.CreateBinaryIntrinsic(id, left, right);
      result = builder.CreateExtractValue(pair, 0);
      fits = builder.CreateNot(builder.CreateExtractValue(pair, 1));
    } else {
      switch (operation) {
        case Arithmetic::kAdd: result = builder.CreateFAdd(left, right); break;
        case Arithmetic::kSub: result = builder.CreateFSub(left, right); break;
        case Arithmetic::kMul: result = builder.CreateFMul(left, right); break;
        case Arithmetic::kDiv: result = builder.CreateFDiv(left, right); break;
      }
      fits = builder.CreateFCmpORD(result, result);
      if (operation == Arithmetic::kDiv) {
        fits = builder.CreateAnd(fits, builder.CreateFCmpUNE(right, llvm::Constant::getNullValue(type)));
      }
    }
    builder.CreateAlignedStore(result, at(2), llvm::Align(8));
    if (lanes == 1) {
      return builder.CreateOr(so_far, builder.CreateShl(builder.CreateZExt(fits, builder.getInt64Ty()), index));
    }
    return AddBits(builder, so_far, index, fits);
  });
  builder.CreateRet(mask);
  return function;
}

llvm::Function* Helpers::Negate(Number number) {
  llvm::LLVMContext& context = module_.getContext();
  Type* pointer = llvm::PointerType::getUnqual(context);
  Type* scalar = ScalarType(context, number);
  bool is_new = false;
  llvm::Function* function =
      Declare(number == Number::kInt ? "negate_int" : "negate_float", Type::getInt64Ty(context), {pointer, pointer}, is_new);
  if (!is_new) return function;
  IRBuilder<> builder(llvm::BasicBlock::Create(context, "entry", function));
  Type* type = llvm::FixedVectorType::get(scalar, kLanes);
  Value* mask = Loop(function, builder, kLanes, [&](Value* index, Value* so_far) {
    Value* value = Load(builder, type, builder.CreateGEP(scalar, function->getArg(0), index));
    Value* result = number == Number::kInt ? builder.CreateNeg(value) : builder.CreateFNeg(value);
    builder.CreateAlignedStore(result, builder.CreateGEP(scalar, function->getArg(1), index), llvm::Align(8));
    Value* fits = number == Number::kInt
                      ? builder.CreateICmpNE(value, builder.CreateVectorSplat(kLanes, builder.getInt64(uint64_t{1} << 63)))
                      : builder.CreateFCmpORD(value, value);
    return AddBits(builder, so_far, index, fits);
  });
  builder.CreateRet(mask);
  return function;
}

llvm::Function* Helpers::AbsoluteFloat() {
  llvm::LLVMContext& context = module_.getContext();
  Type* pointer = llvm::PointerType::getUnqual(context);
  bool is_new = false;
  llvm::Function* function = Declare("absolute_float", Type::getVoidTy(context), {pointer, pointer}, is_new);
  if (!is_new) return function;
  IRBuilder<> builder(llvm::BasicBlock::Create(context, "entry", function));
  Type* type = llvm::FixedVectorType::get(builder.getDoubleTy(), kLanes);
  Loop(function, builder, kLanes, [&](Value* index, Value* so_far) {
    Value* value = Load(builder, type, builder.CreateGEP(builder.getDoubleTy(), function->getArg(0), index));
    Value* result = builder.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, value);
    builder.CreateAlignedStore(result, builder.CreateGEP(builder.getDoubleTy(), function->getArg(1), index), llvm::Align(8));
    return so_far;
  });
  builder.CreateRetVoid();
  return function;
}

llvm::Function* Helpers::ToFloat() {
  llvm::LLVMContext& context = module_.getContext();
  Type* pointer = llvm::PointerType::getUnqual(context);
  bool is_new = false;
  llvm::Function* function = Declare("to_float", Type::getVoidTy(context), {pointer, pointer}, is_new);
  if (!is_new) return function;
  IRBuilder<> builder(llvm::BasicBlock::Create(context, "entry", function));
  Loop(function, builder, kLanes, [&](Value* index, Value* so_far) {
    Value* value = Load(builder, llvm::FixedVectorType::get(builder.getInt64Ty(), kLanes),
                        builder.CreateGEP(builder.getInt64Ty(), function->getArg(0), index));
    Value* result = builder.CreateSIToFP(value, llvm::FixedVectorType::get(builder.getDoubleTy(), kLanes));
    builder.CreateAlignedStore(result, builder.CreateGEP(builder.getDoubleTy(), function->getArg(1), index), llvm::Align(8));
    return so_far;
  });
  builder.CreateRetVoid();
  return function;
}

llvm::Function* Helpers::Select() {
  llvm::LLVMContext& context = module_.getContext();
  Type* pointer = llvm::PointerType::getUnqual(context);
  bool is_new = false;
  llvm::Function* function =
      Declare("select", Type::getVoidTy(context), {Type::getInt64Ty(context), pointer, pointer, pointer}, is_new);
  if (!is_new) return function;
  IRBuilder<> builder(llvm::BasicBlock::Create(context, "entry", function));
  Type* i64 = builder.getInt64Ty();
  Type* type = llvm::FixedVectorType::get(i64, kLanes);
  Loop(function, builder, kLanes, [&](Value* index, Value* so_far) {
    Value* byte = builder.CreateTrunc(builder.CreateLShr(function->getArg(0), index), builder.getInt8Ty());
    Value* lanes = builder.CreateBitCast(byte, llvm::FixedVectorType::get(builder.getInt1Ty(), kLanes));
    Value* a = Load(builder, type, builder.CreateGEP(i64, function->getArg(1), index));
    Value* b = Load(builder, type, builder.CreateGEP(i64, function->getArg(2), index));
    builder.CreateAlignedStore(builder.CreateSelect(lanes, a, b), builder.CreateGEP(i64, function->getArg(3), index), llvm::Align(8));
    return so_far;
  });
  builder.CreateRetVoid();
  return function;
}

llvm::Function* Helpers::Fill() {
  llvm::LLVMContext& context = module_.getContext();
  bool is_new = false;
  llvm::Function* function =
      Declare("fill", Type::getVoidTy(context), {Type::getInt64Ty(context), llvm::PointerType::getUnqual(context)}, is_new);
  if (!is_new) return function;
  IRBuilder<> builder(llvm::BasicBlock::Create(context, "entry", function));
  Loop(function, builder, kLanes, [&](Value* index, Value* so_far) {
    builder.CreateAlignedStore(builder.CreateVectorSplat(kLanes, function->getArg(0)),
                               builder.CreateGEP(builder.getInt64Ty(), function->getArg(1), index), llvm::Align(8));
    return so_far;
  });
  builder.CreateRetVoid();
  return function;
}

}  // namespace assay::codegen

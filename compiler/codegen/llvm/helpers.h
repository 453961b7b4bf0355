// The vector code of kernels: functions over the 64 rows of a word, written in explicit vector IR once a module and called
// from the rules' functions. In the quick tier they stay calls, so that a rule costs a few instructions to compile; in the
// thorough tier they are inlined. Numbers come and go through memory (64 values, 512 bytes, always in the first-level
// cache), truth values as one i64 with a bit a row.
#pragma once

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <string>

namespace assay::codegen {

enum class Number { kInt, kFloat };
enum class Compare { kEqual, kLess };
// kVector: a pointer to 64 values; kScalar: one value for all rows.
enum class Shape { kVector, kScalar };
enum class Arithmetic { kAdd, kSub, kMul, kDiv };

class Helpers {
 public:
  Helpers(llvm::Module& module, bool inlined) : module_(module), inlined_(inlined) {}

  // i64 (a, b): rows in which a == b, a < b. An operand is a pointer or a value by its shape; not both are scalars.
  llvm::Function* CompareOf(Compare compare, Number number, Shape a, Shape b);
  // i64 (ptr a, ptr b, ptr out): out = a op b; the rows whose result is not null (no overflow, no NaN, no division by zero).
  llvm::Function* ArithmeticOf(Arithmetic operation, Number number);
  // i64 (ptr a, ptr out): out = -a; the rows without overflow.
  llvm::Function* Negate(Number number);
  llvm::Function* AbsoluteFloat();  // void (ptr a, ptr out)
  llvm::Function* ToFloat();        // void (ptr a, ptr out): int to float
  llvm::Function* Select();         // void (i64 mask, ptr a, ptr b, ptr out): out = mask ? a : b, of ints or floats
  llvm::Function* Fill();           // void (i64 bits, ptr out): 64 times the same value

 private:
  llvm::Function* Declare(const std::string& name, llvm::Type* result, llvm::ArrayRef<llvm::Type*> arguments, bool& is_new);

  llvm::Module& module_;
  bool inlined_;
};

}  // namespace assay::codegen

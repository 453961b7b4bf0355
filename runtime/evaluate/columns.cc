// Reading one value of a column. What a column cannot be for its field's type is null: readers of data see to it that this
// does not happen, but no batch may crash an evaluation.
#include "runtime/evaluate/evaluator.h"

namespace assay {
namespace {

bool IsStoredAsInt(TypeId type) {
  return type == kIntType || type == kDateType || type == kTimestampType || type == kDurationType || type == kCharClassType;
}

}  // namespace

Value ReadColumn(const Column& column, TypeId type, const TypeStore& types, size_t row, Arena& arena) {
  if (row >= column.rows || !column.IsValid(row)) return Value::Null();
  switch (column.layout) {
    case ColumnLayout::kNull: return Value::Null();
    case ColumnLayout::kBool: {
      if (type != kBoolType) return Value::Null();
      const auto* bits = static_cast<const uint64_t*>(column.values);
      return Value::Bool(((bits[row / 64] >> (row % 64)) & 1) != 0);
    }
    case ColumnLayout::kInt64: {
      const int64_t value = static_cast<const int64_t*>(column.values)[row];
      if (type == kFloatType) return Value::Float(static_cast<double>(value));
      return IsStoredAsInt(type) || types.Kind(type) == TypeKind::kLabel ? Value::Int(value) : Value::Null();
    }
    case ColumnLayout::kFloat64:
      return type == kFloatType ? Value::Float(static_cast<const double*>(column.values)[row]) : Value::Null();
    case ColumnLayout::kString: return type == kStringType ? Value::String(column.Text(row)) : Value::Null();
    case ColumnLayout::kDictionary: return ReadColumn(column.children[0], type, types, column.Code(row), arena);
    case ColumnLayout::kList: {
      if (types.Kind(type) != TypeKind::kList) return Value::Null();
      const auto begin = static_cast<size_t>(column.offsets[row]);
      const auto end = static_cast<size_t>(column.offsets[row + 1]);
      const auto list = arena.Allocate<Value>(end - begin);
      for (size_t i = begin; i < end; ++i) list[i - begin] = ReadColumn(column.children[0], types.Element(type), types, i, arena);
      return Value::List(list);
    }
    case ColumnLayout::kStruct: return Value::Null();
  }
  return Value::Null();
}

}  // namespace assay

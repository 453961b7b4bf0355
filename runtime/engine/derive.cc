#include "runtime/engine/derive.h"

#include <algorithm>

#include "runtime/evaluate/compute.h"
#include "runtime/text/case.h"
#include "runtime/text/split.h"
#include "runtime/text/utf8.h"

namespace assay {

namespace {

uint64_t RowsOfWord(size_t word, size_t rows) {
  const size_t left = rows - word * 64;
  return left >= 64 ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
}

// Calls `visit(row)` for every known row.
template <typename Visit>
void ForEachKnown(const uint64_t* known, size_t rows, const Visit& visit) {
  if (known == nullptr) {
    for (size_t row = 0; row < rows; ++row) visit(row);
    return;
  }
  for (size_t word = 0; word * 64 < rows; ++word) {
    for (uint64_t left = known[word] & RowsOfWord(word, rows); left != 0; left &= left - 1) {
      visit(word * 64 + static_cast<size_t>(__builtin_ctzll(left)));
    }
  }
}

size_t CountPieces(BuiltinId builtin, std::string_view text, size_t enough) {
  switch (builtin) {
    case BuiltinId::Split: return text::CountSplit(text, enough);
    case BuiltinId::Words: return text::CountWords(text, enough);
    case BuiltinId::Tokens: return text::CountTokens(text, enough);
    case BuiltinId::Lines: return text::CountLines(text, enough);
    case BuiltinId::Sentences: return text::CountSentences(text);
    default: return 0;  // AsPieceCount names no other
  }
}

}  // namespace

Result<Value> ConstantValue(const RuleGraph& graph, NodeId node) {
  if (graph.nodes.Get(node).kind == NodeKind::kParam) return graph.params[graph.nodes.Get(node).payload].value;
  const Constant& constant = graph.nodes.ConstantAt(node);
  switch (graph.types.Kind(constant.type)) {
    case TypeKind::kRegex: {
      ASSAY_ASSIGN_OR_RETURN(const text::Regex* regex, graph.resources.Compiled(PatternId(constant.resource)));
      return Value::OfRegex(regex);
    }
    case TypeKind::kSet: return Value::OfSet(&graph.resources.set(SetId(constant.resource)));
    default: return constant.value;  // all other types have plain values
  }
}

Result<DeriveRoutine> DeriveRoutine::Make(const RuleGraph& graph, const Plan& plan, const DeriveStep& step) {
  DeriveRoutine routine;
  routine.step_ = step;
  for (const PlanOperand& operand : step.operands) {
    Value& value = routine.constants_.emplace_back();
    if (operand.constant.has_value()) {
      ASSAY_ASSIGN_OR_RETURN(value, ConstantValue(graph, operand.constant));
    }
  }
  routine.kind_ = graph.nodes.Get(step.node).kind;
  routine.strict_ = routine.kind_ != NodeKind::kIf && routine.kind_ != NodeKind::kCoalesce;
  if (routine.kind_ != NodeKind::kCall) return routine;
  routine.builtin_ = graph.nodes.BuiltinAt(step.counted.has_value() ? step.counted : step.node);
  routine.strict_ = InfoOf(routine.builtin_).nulls != NullBehaviour::kOwn;
  const bool one_text = !step.operands.empty() && step.operands[0].slot.has_value() &&
                        plan.slots[step.operands[0].slot.index()].kind == SlotKind::kString &&
                        std::none_of(step.operands.begin() + 1, step.operands.end(), [](const PlanOperand& o) { return o.slot.has_value(); });
  if (step.counted.has_value()) {
    if (one_text && step.operands.size() == 1) {
      routine.loop_ = Loop::kCountPieces;
      return routine;
    }
    return Fail(ErrorKind::kInternal, "a count of pieces of no text");
  }
  if (!one_text) return routine;
  switch (routine.builtin_) {
    case BuiltinId::Len: routine.loop_ = Loop::kLength; break;
    case BuiltinId::Lower: routine.loop_ = Loop::kLower; break;
    case BuiltinId::Upper: routine.loop_ = Loop::kUpper; break;
    case BuiltinId::IsAscii: routine.loop_ = Loop::kIsAscii; break;
    case BuiltinId::CountClass: {
      const Value& char_class = routine.constants_[1];
      if (!char_class.is_null() && char_class.as_int() >= 0 && char_class.as_int() < static_cast<int64_t>(text::kCharClasses)) {
        routine.loop_ = Loop::kCountClass;
      }
      break;
    }
    default: break;  // row by row
  }
  return routine;
}

void DeriveRoutine::RunRows(const Plan& plan, SlotBuffers& slots, size_t rows, EvalContext& context) const {
  const SlotId result = step_.result;
  const SlotKind kind = plan.slots[result.index()].kind;
  uint64_t* known = slots.OwnKnown(result);
  if (known != nullptr) std::fill_n(known, kBlockWords, 0);
  if (kind == SlotKind::kPlane) std::fill_n(slots.OwnAs<uint64_t>(result), kBlockWords, 0);
  std::vector<Value> arguments = constants_;
  for (size_t row = 0; row < rows; ++row) {
    bool null = false;
    for (size_t i = 0; i < arguments.size(); ++i) {
      if (step_.operands[i].slot.has_value()) arguments[i] = ReadSlot(plan, slots, step_.operands[i].slot, row);
      null = null || arguments[i].is_null();
    }
    const Value value = strict_ && null ? Value::Null() : ComputeNode(kind_, builtin_, arguments, context);
    if (known != nullptr && !value.is_null()) known[row / 64] |= uint64_t{1} << (row % 64);
    switch (kind) {
      case SlotKind::kPlane:
        if (!value.is_null() && value.as_bool()) slots.OwnAs<uint64_t>(result)[row / 64] |= uint64_t{1} << (row % 64);
        break;
      case SlotKind::kInt: slots.OwnAs<int64_t>(result)[row] = value.is_null() ? 0 : value.as_int(); break;
      case SlotKind::kFloat: slots.OwnAs<double>(result)[row] = value.is_null() ? 0.0 : value.as_float(); break;
      case SlotKind::kString: slots.OwnAs<std::string_view>(result)[row] = value.is_null() ? std::string_view() : value.as_string(); break;
      case SlotKind::kValue: slots.OwnAs<Value>(result)[row] = value; break;
    }
  }
  slots.Set(result, slots.Own(result), known);
}

void DeriveRoutine::Run(const Plan& plan, SlotBuffers& slots, size_t rows, EvalContext& context) const {
  if (loop_ == Loop::kRows) {
    RunRows(plan, slots, rows, context);
    return;
  }
  // The loops below are of strict built-ins of one text: the result is known where the text is.
  const SlotId result = step_.result;
  const SlotId operand = step_.operands[0].slot;
  const auto* texts = slots.As<std::string_view>(operand);
  const uint64_t* known = slots.Known(operand);
  switch (loop_) {
    case Loop::kRows: break;
    case Loop::kLength: {
      auto* out = slots.OwnAs<int64_t>(result);
      ForEachKnown(known, rows, [&](size_t row) { out[row] = static_cast<int64_t>(text::CountCodePoints(texts[row])); });
      break;
    }
    case Loop::kCountPieces: {
      auto* out = slots.OwnAs<int64_t>(result);
      const size_t enough = step_.enough == 0 ? text::kAll : step_.enough;
      ForEachKnown(known, rows, [&](size_t row) { out[row] = static_cast<int64_t>(CountPieces(builtin_, texts[row], enough)); });
      break;
    }
    case Loop::kCountClass: {
      auto* out = slots.OwnAs<int64_t>(result);
      const auto char_class = static_cast<text::CharClass>(constants_[1].as_int());
      ForEachKnown(known, rows, [&](size_t row) { out[row] = static_cast<int64_t>(text::CountClass(texts[row], char_class)); });
      break;
    }
    case Loop::kLower: {
      auto* out = slots.OwnAs<std::string_view>(result);
      ForEachKnown(known, rows, [&](size_t row) { out[row] = text::Lower(texts[row], *context.arena); });
      break;
    }
    case Loop::kUpper: {
      auto* out = slots.OwnAs<std::string_view>(result);
      ForEachKnown(known, rows, [&](size_t row) { out[row] = text::Upper(texts[row], *context.arena); });
      break;
    }
    case Loop::kIsAscii: {
      auto* out = slots.OwnAs<uint64_t>(result);
      std::fill_n(out, kBlockWords, 0);
      ForEachKnown(known, rows, [&](size_t row) {
        if (text::IsAscii(texts[row])) out[row / 64] |= uint64_t{1} << (row % 64);
      });
      break;
    }
  }
  slots.Set(result, slots.Own(result), known);
}

}  // namespace assay

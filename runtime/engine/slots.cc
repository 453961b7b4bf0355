#include "runtime/engine/slots.h"

#include <cstring>

namespace assay {

namespace {

size_t BytesOf(SlotKind kind) {
  switch (kind) {
    case SlotKind::kPlane: return kBlockWords * 8;
    case SlotKind::kInt: return kBlockRows * sizeof(int64_t);
    case SlotKind::kFloat: return kBlockRows * sizeof(double);
    case SlotKind::kString: return kBlockRows * sizeof(std::string_view);
    case SlotKind::kValue: return kBlockRows * sizeof(Value);
  }
  return 0;
}


}  // namespace

#define ASSAY_EIGHT_ONES ~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}
const uint64_t kAllKnown[kBlockWords] = {ASSAY_EIGHT_ONES, ASSAY_EIGHT_ONES, ASSAY_EIGHT_ONES, ASSAY_EIGHT_ONES};
#undef ASSAY_EIGHT_ONES

SlotBuffers::SlotBuffers(const Plan& plan)
    : own_(plan.slots.size()), own_known_(plan.slots.size()), values_(plan.slots.size()), known_(plan.slots.size()) {
  size_t bytes = 0;
  for (const Slot& slot : plan.slots) bytes += BytesOf(slot.kind) + (slot.nullable ? kBlockWords * 8 : 0);
  memory_.reset(static_cast<std::byte*>(::operator new[](bytes + 64, std::align_val_t{64})));
  std::memset(memory_.get(), 0, bytes + 64);
  std::byte* at = memory_.get();
  for (size_t i = 0; i < plan.slots.size(); ++i) {
    own_[i] = at;
    at += BytesOf(plan.slots[i].kind);
    if (!plan.slots[i].nullable) continue;
    own_known_[i] = reinterpret_cast<uint64_t*>(at);
    at += kBlockWords * 8;
  }
}

Value ReadSlot(const Plan& plan, const SlotBuffers& slots, SlotId slot, size_t row) {
  if (!slots.IsKnown(slot, row)) return Value::Null();
  switch (plan.slots[slot.index()].kind) {
    case SlotKind::kPlane: return Value::Bool(((slots.As<uint64_t>(slot)[row / 64] >> (row % 64)) & 1) != 0);
    case SlotKind::kInt: return Value::Int(slots.As<int64_t>(slot)[row]);
    case SlotKind::kFloat: return Value::Float(slots.As<double>(slot)[row]);
    case SlotKind::kString: return Value::String(slots.As<std::string_view>(slot)[row]);
    case SlotKind::kValue: return slots.As<Value>(slot)[row];
  }
  return Value::Null();
}

}  // namespace assay

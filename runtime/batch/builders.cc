#include "runtime/batch/builders.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace assay {
namespace {

// Bytes readable past the end of every buffer, so that vector code may load whole registers.
constexpr size_t kPadding = 64;

// Coding stops for good where a column has too many or too long values to be worth it.
constexpr size_t kMaxEntries = 16384;
constexpr size_t kMaxEntryBytes = 256;
constexpr size_t kTrialRows = 1024;    // rows after which more than one new value in four is too many
constexpr size_t kFirstSlots = 1024;   // a power of two

template <typename T>
const T* KeepIn(std::vector<std::vector<T>>& store, std::vector<T> buffer) {
  buffer.resize(buffer.size() + kPadding / sizeof(T));
  store.push_back(std::move(buffer));
  return store.back().data();
}

}  // namespace

const void* BatchMemory::Keep(std::vector<char> buffer) { return KeepIn(bytes_, std::move(buffer)); }
const uint64_t* BatchMemory::Keep(std::vector<uint64_t> buffer) { return KeepIn(words_, std::move(buffer)); }
const int64_t* BatchMemory::Keep(std::vector<int64_t> buffer) { return KeepIn(integers_, std::move(buffer)); }
const double* BatchMemory::Keep(std::vector<double> buffer) { return KeepIn(floats_, std::move(buffer)); }

ColumnBuilder::ColumnBuilder(ColumnLayout layout, bool dictionary)
    : layout_(layout), may_code_(dictionary && layout == ColumnLayout::kString) {
  assert(layout == ColumnLayout::kBool || layout == ColumnLayout::kInt64 || layout == ColumnLayout::kFloat64 ||
         layout == ColumnLayout::kString);
  if (layout_ == ColumnLayout::kString) integers_.push_back(0);
  ResetDictionary();
}

void ColumnBuilder::ResetDictionary() {
  coding_ = may_code_;
  codes_.clear();
  entry_text_.clear();
  entry_hashes_.clear();
  entry_offsets_.assign(1, 0);
  slots_.assign(coding_ ? kFirstSlots : 0, 0);
}

// Called before the row is counted.
void ColumnBuilder::MarkInBitmap(bool valid) {
  if (validity_.empty()) {  // the first null: all rows before it are valid
    validity_.assign(rows_ / 64 + 1, ~uint64_t{0});
    validity_.back() &= (uint64_t{1} << (rows_ % 64)) - 1;
  }
  if (rows_ / 64 == validity_.size()) validity_.push_back(0);
  validity_[rows_ / 64] |= uint64_t{valid} << (rows_ % 64);
}

void ColumnBuilder::AppendNull() {
  switch (layout_) {
    case ColumnLayout::kBool:
      if (rows_ / 64 == bits_.size()) bits_.push_back(0);
      break;
    case ColumnLayout::kInt64: integers_.push_back(0); break;
    case ColumnLayout::kFloat64: floats_.push_back(0); break;
    case ColumnLayout::kString:
      if (coding_) {
        codes_.push_back(0);
      } else {
        integers_.push_back(static_cast<int64_t>(text_.size()));
      }
      break;
    case ColumnLayout::kNull:
    case ColumnLayout::kDictionary:
    case ColumnLayout::kList:
    case ColumnLayout::kStruct: break;
  }
  MarkInBitmap(false);
  ++nulls_;
  ++rows_;
}

void ColumnBuilder::AppendBool(bool value) {
  if (rows_ / 64 == bits_.size()) bits_.push_back(0);
  bits_[rows_ / 64] |= uint64_t{value} << (rows_ % 64);
  MarkValid();
}

void ColumnBuilder::AppendFloat(double value) {
  if (std::isnan(value)) return AppendNull();
  floats_.push_back(value);
  MarkValid();
}

void ColumnBuilder::AppendString(std::string_view value) {
  text_bytes_ += value.size();
  if (!coding_ || !AppendCode(value)) AppendPlain(value);
  MarkValid();
}

void ColumnBuilder::AppendPlain(std::string_view value) {
  text_.insert(text_.end(), value.begin(), value.end());
  integers_.push_back(static_cast<int64_t>(text_.size()));
}

// False when the column has just become plain.
bool ColumnBuilder::AppendCode(std::string_view value) {
  const auto hash = static_cast<uint32_t>(XXH3_64bits(value.data(), value.size()));
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  for (; slots_[at] != 0; at = (at + 1) & mask) {
    const uint32_t code = slots_[at] - 1;
    if (entry_hashes_[code] != hash) continue;
    const int64_t begin = entry_offsets_[code];
    const auto size = static_cast<size_t>(entry_offsets_[code + 1] - begin);
    if (size == value.size() && (size == 0 || std::memcmp(entry_text_.data() + begin, value.data(), size) == 0)) {
      codes_.push_back(static_cast<uint16_t>(code));
      return true;
    }
  }
  const size_t entries = entry_hashes_.size();
  if (value.size() > kMaxEntryBytes || entries == kMaxEntries || (rows_ >= kTrialRows && entries * 4 > rows_)) {
    may_code_ = false;
    BecomePlain();
    return false;
  }
  slots_[at] = static_cast<uint32_t>(entries + 1);
  entry_hashes_.push_back(hash);
  entry_text_.insert(entry_text_.end(), value.begin(), value.end());
  entry_offsets_.push_back(static_cast<int64_t>(entry_text_.size()));
  codes_.push_back(static_cast<uint16_t>(entries));
  if ((entries + 1) * 2 > slots_.size()) {
    std::vector<uint32_t> larger(slots_.size() * 4, 0);
    for (size_t code = 0; code <= entries; ++code) {
      size_t slot = entry_hashes_[code] & (larger.size() - 1);
      while (larger[slot] != 0) slot = (slot + 1) & (larger.size() - 1);
      larger[slot] = static_cast<uint32_t>(code + 1);
    }
    slots_ = std::move(larger);
  }
  return true;
}

void ColumnBuilder::BecomePlain() {
  coding_ = false;
  for (size_t row = 0; row < codes_.size(); ++row) {
    const bool valid = validity_.empty() || ((validity_[row / 64] >> (row % 64)) & 1) != 0;
    const uint16_t code = codes_[row];
    if (valid) {
      AppendPlain({entry_text_.data() + entry_offsets_[code],
                   static_cast<size_t>(entry_offsets_[code + 1] - entry_offsets_[code])});
    } else {
      AppendPlain({});
    }
  }
  codes_.clear();
}

void ColumnBuilder::AppendValue(const Value& value) {
  if (value.is_null()) return AppendNull();
  switch (layout_) {
    case ColumnLayout::kBool: return AppendBool(value.as_bool());
    case ColumnLayout::kInt64: return AppendInt(value.as_int());
    case ColumnLayout::kFloat64:
      return AppendFloat(value.kind() == Value::Kind::kInt ? static_cast<double>(value.as_int()) : value.as_float());
    case ColumnLayout::kString: return AppendString(value.as_string());
    case ColumnLayout::kNull:
    case ColumnLayout::kDictionary:
    case ColumnLayout::kList:
    case ColumnLayout::kStruct: return AppendNull();
  }
}

Column ColumnBuilder::Finish(BatchMemory& memory) {
  Column column;
  column.layout = layout_;
  column.rows = rows_;
  const size_t rows = rows_;
  const size_t entries = entry_hashes_.size();
  if (coding_ && (entries == 0 || entries * 2 > rows)) BecomePlain();  // looks at the validity, which moves next
  if (nulls_ > 0) {
    validity_.resize((rows + 63) / 64);
    column.validity = memory.Keep(std::move(validity_));
  }
  switch (layout_) {
    case ColumnLayout::kBool: column.values = memory.Keep(std::move(bits_)); break;
    case ColumnLayout::kInt64: column.values = memory.Keep(std::move(integers_)); break;
    case ColumnLayout::kFloat64: column.values = memory.Keep(std::move(floats_)); break;
    case ColumnLayout::kString:
      if (!coding_) {
        column.values = memory.Keep(std::move(text_));
        column.offsets = memory.Keep(std::move(integers_));
        break;
      }
      {
        Column dictionary;
        dictionary.layout = ColumnLayout::kString;
        dictionary.rows = entries;
        dictionary.values = memory.Keep(std::move(entry_text_));
        dictionary.offsets = memory.Keep(std::move(entry_offsets_));
        column.layout = ColumnLayout::kDictionary;
        column.code_bytes = entries <= 256 ? 1 : 2;
        std::vector<char> codes(rows * column.code_bytes);
        if (column.code_bytes == 1) {
          std::transform(codes_.begin(), codes_.end(), codes.begin(), [](uint16_t c) { return static_cast<char>(c); });
        } else {
          std::memcpy(codes.data(), codes_.data(), codes.size());
        }
        column.values = memory.Keep(std::move(codes));
        column.children.push_back(std::move(dictionary));
      }
      break;
    case ColumnLayout::kNull:
    case ColumnLayout::kDictionary:
    case ColumnLayout::kList:
    case ColumnLayout::kStruct: break;
  }
  rows_ = 0;
  nulls_ = 0;
  text_bytes_ = 0;
  validity_.clear();
  bits_.clear();
  integers_.clear();
  floats_.clear();
  text_.clear();
  switch (layout_) {  // the next batch is likely of the same size
    case ColumnLayout::kString:
      if (!may_code_) integers_.reserve(rows + 1 + kPadding);
      integers_.push_back(0);
      ResetDictionary();
      break;
    case ColumnLayout::kInt64: integers_.reserve(rows + kPadding); break;
    case ColumnLayout::kFloat64: floats_.reserve(rows + kPadding); break;
    case ColumnLayout::kBool:
    case ColumnLayout::kNull:
    case ColumnLayout::kDictionary:
    case ColumnLayout::kList:
    case ColumnLayout::kStruct: break;
  }
  return column;
}

Column ConstantColumn(ColumnLayout layout, const Value& value, size_t rows, BatchMemory& memory) {
  if (value.is_null() || layout == ColumnLayout::kNull) {
    Column column;
    column.rows = rows;
    return column;
  }
  if (layout == ColumnLayout::kString && rows > 0) {  // a dictionary of one entry, whatever its size
    const std::string_view text = value.as_string();
    Column dictionary;
    dictionary.layout = ColumnLayout::kString;
    dictionary.rows = 1;
    dictionary.values = memory.Keep(std::vector<char>(text.begin(), text.end()));
    dictionary.offsets = memory.Keep(std::vector<int64_t>{0, static_cast<int64_t>(text.size())});
    Column column;
    column.layout = ColumnLayout::kDictionary;
    column.code_bytes = 1;
    column.rows = rows;
    column.values = memory.Keep(std::vector<char>(rows, 0));
    column.children.push_back(std::move(dictionary));
    return column;
  }
  ColumnBuilder builder(layout, false);
  for (size_t row = 0; row < rows; ++row) builder.AppendValue(value);
  return builder.Finish(memory);
}

ColumnLayout LayoutOf(TypeId type) {
  if (type == kBoolType) return ColumnLayout::kBool;
  if (type == kIntType) return ColumnLayout::kInt64;
  if (type == kFloatType) return ColumnLayout::kFloat64;
  if (type == kStringType) return ColumnLayout::kString;
  return ColumnLayout::kNull;
}

}  // namespace assay

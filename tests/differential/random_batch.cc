// Columns are made value by value and owned by the batch.
#include "random_batch.h"

#include <fmt/format.h>

#include <limits>
#include <memory>

namespace assay::differential {
namespace {

struct Storage {
  std::vector<std::vector<uint64_t>> bitmaps;
  std::vector<std::vector<int64_t>> ints;
  std::vector<std::vector<double>> floats;
  std::vector<std::string> texts;
  std::vector<std::vector<uint8_t>> codes;
};

class Maker {
 public:
  Maker(size_t rows, RandomSource& random) : rows_(rows), random_(random), storage_(std::make_shared<Storage>()) {
    storage_->bitmaps.reserve(64);
    storage_->ints.reserve(64);
    storage_->floats.reserve(64);
    storage_->texts.reserve(64);
    storage_->codes.reserve(64);
  }

  std::shared_ptr<const void> owner() const { return storage_; }

  Column Strings(bool nullable) {
    std::string& bytes = storage_->texts.emplace_back();
    std::vector<int64_t>& offsets = storage_->ints.emplace_back(1, 0);
    for (size_t i = 0; i < rows_; ++i) {
      bytes += NastyText(random_);
      offsets.push_back(static_cast<int64_t>(bytes.size()));
    }
    Column column{.layout = ColumnLayout::kString, .rows = rows_, .values = bytes.data(), .offsets = offsets.data()};
    return WithValidity(std::move(column), nullable);
  }

  Column Dictionary(bool nullable, uint8_t code_bytes) {
    const size_t entries = 1 + random_.Below(code_bytes == 1 ? 20 : 300);
    Maker dictionary(entries, random_);
    Column column{.layout = ColumnLayout::kDictionary, .code_bytes = code_bytes, .rows = rows_};
    column.children.push_back(dictionary.Strings(false));
    column.children[0].validity = nullptr;
    nested_.push_back(dictionary.storage_);
    std::vector<uint8_t>& codes = storage_->codes.emplace_back(rows_ * code_bytes);
    for (size_t i = 0; i < rows_; ++i) {
      const size_t code = random_.Below(entries);
      for (size_t b = 0; b < code_bytes; ++b) codes[i * code_bytes + b] = static_cast<uint8_t>(code >> (8 * b));
    }
    column.values = codes.data();
    return WithValidity(std::move(column), nullable);
  }

  Column Ints(bool nullable) {
    std::vector<int64_t>& values = storage_->ints.emplace_back(rows_);
    for (int64_t& value : values) value = NastyInt(random_);
    return WithValidity({.layout = ColumnLayout::kInt64, .rows = rows_, .values = values.data()}, nullable);
  }

  Column Floats(bool nullable) {
    std::vector<double>& values = storage_->floats.emplace_back(rows_);
    for (double& value : values) {
      value = nullable && random_.Chance(0.1) ? std::numeric_limits<double>::quiet_NaN() : NastyFloat(random_);
    }
    return WithValidity({.layout = ColumnLayout::kFloat64, .rows = rows_, .values = values.data()}, nullable);
  }

  Column Bools(bool nullable) {
    std::vector<uint64_t>& bits = Bitmap(0.5);
    return WithValidity({.layout = ColumnLayout::kBool, .rows = rows_, .values = bits.data()}, nullable);
  }

  std::vector<std::shared_ptr<const void>> nested() { return nested_; }

 private:
  std::vector<uint64_t>& Bitmap(double share) {
    std::vector<uint64_t>& bits = storage_->bitmaps.emplace_back((rows_ + 63) / 64 + 1);
    for (size_t i = 0; i < rows_; ++i) {
      if (random_.Chance(share)) bits[i / 64] |= uint64_t{1} << (i % 64);
    }
    return bits;
  }

  Column WithValidity(Column column, bool nullable) {
    if (nullable && random_.Chance(0.9)) column.validity = Bitmap(random_.Chance(0.1) ? 0.0 : 0.75).data();
    return column;
  }

  size_t rows_;
  RandomSource& random_;
  std::shared_ptr<Storage> storage_;
  std::vector<std::shared_ptr<const void>> nested_;
};

struct FieldSpec {
  std::string_view name;
  TypeId type;
  bool nullable;
};
constexpr FieldSpec kFields[] = {
    {"text", kStringType, false}, {"note", kStringType, true}, {"kind", kStringType, true}, {"code", kStringType, false},
    {"number", kIntType, false},  {"tally", kIntType, true},   {"size", kFloatType, false}, {"share", kFloatType, true},
    {"flag", kBoolType, false},   {"maybe", kBoolType, true},  {"absent", kStringType, true},
};

}  // namespace

std::vector<Field> RandomFields() {
  std::vector<Field> fields;
  for (const FieldSpec& spec : kFields) {
    fields.push_back({.name = std::string(spec.name), .column = std::string(spec.name), .type = spec.type, .nullable = spec.nullable});
  }
  return fields;
}

std::string SchemaText() {
  std::string text = "schema Row {\n";
  for (const FieldSpec& spec : kFields) {
    text += fmt::format("    {}: {}{}\n", spec.name, SpellingOf(static_cast<TypeKind>(spec.type.value)), spec.nullable ? "?" : "");
  }
  return text + "}\n";
}

Batch RandomBatch(size_t rows, RandomSource& random) {
  Maker maker(rows, random);
  constexpr uint8_t kCodeBytes[] = {1, 2, 4};
  Batch batch{.rows = rows};
  batch.columns.push_back(maker.Strings(false));
  batch.columns.push_back(maker.Strings(true));
  batch.columns.push_back(maker.Dictionary(true, random.Pick(std::span(kCodeBytes))));
  batch.columns.push_back(maker.Dictionary(false, random.Pick(std::span(kCodeBytes))));
  batch.columns.push_back(maker.Ints(false));
  batch.columns.push_back(maker.Ints(true));
  batch.columns.push_back(maker.Floats(false));
  batch.columns.push_back(maker.Floats(true));
  batch.columns.push_back(maker.Bools(false));
  batch.columns.push_back(maker.Bools(true));
  batch.columns.push_back({.layout = ColumnLayout::kNull, .rows = rows});
  struct Owners {
    std::shared_ptr<const void> columns;
    std::vector<std::shared_ptr<const void>> nested;
  };
  batch.owner = std::make_shared<Owners>(Owners{maker.owner(), maker.nested()});
  return batch;
}

std::string PrintRow(const Batch& batch, size_t row) {
  std::string out;
  for (size_t i = 0; i < batch.columns.size(); ++i) {
    const Column& column = batch.columns[i];
    out += fmt::format("  {} = ", kFields[i].name);
    if (!column.IsValid(row)) {
      out += "null\n";
      continue;
    }
    switch (column.layout) {
      case ColumnLayout::kBool:
        out += (static_cast<const uint64_t*>(column.values)[row / 64] >> (row % 64)) & 1 ? "true" : "false";
        break;
      case ColumnLayout::kInt64: out += fmt::format("{}", static_cast<const int64_t*>(column.values)[row]); break;
      case ColumnLayout::kFloat64: out += fmt::format("{}", static_cast<const double*>(column.values)[row]); break;
      case ColumnLayout::kString:
      case ColumnLayout::kDictionary: {
        std::string shown;
        for (char c : column.Text(row).substr(0, 400)) {
          const auto byte = static_cast<unsigned char>(c);
          shown += byte < 0x20 || byte == '"' || byte == '\\' ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
        }
        out += fmt::format("\"{}\" ({} bytes)", shown, column.Text(row).size());
        break;
      }
      case ColumnLayout::kNull:
      case ColumnLayout::kList:
      case ColumnLayout::kStruct: out += "?"; break;
    }
    out += '\n';
  }
  return out;
}

}  // namespace assay::differential

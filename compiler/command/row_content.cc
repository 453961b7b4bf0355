// Values are fed to the hash by what they are, not by how the column keeps them: a dictionary's text is the text.
#include "compiler/command/row_content.h"

#include <bit>

#include "runtime/base/hash.h"

namespace assay {
namespace {

void AddCell(const Column& column, size_t row, Hasher& hasher) {
  if (!column.IsValid(row)) {
    hasher.Add(uint64_t{0});
    return;
  }
  hasher.Add(uint64_t{1});
  switch (column.layout) {
    case ColumnLayout::kNull: return;
    case ColumnLayout::kBool:
      hasher.Add((static_cast<const uint64_t*>(column.values)[row / 64] >> (row % 64)) & 1);
      return;
    case ColumnLayout::kInt64:
      hasher.Add(static_cast<uint64_t>(static_cast<const int64_t*>(column.values)[row]));
      return;
    case ColumnLayout::kFloat64:
      hasher.Add(std::bit_cast<uint64_t>(static_cast<const double*>(column.values)[row] + 0.0));
      return;
    case ColumnLayout::kString: hasher.Add(column.Text(row)); return;
    case ColumnLayout::kDictionary: AddCell(column.children[0], column.Code(row), hasher); return;
    case ColumnLayout::kList:
      hasher.Add(static_cast<uint64_t>(column.offsets[row + 1] - column.offsets[row]));
      for (int64_t i = column.offsets[row]; i < column.offsets[row + 1]; ++i) {
        AddCell(column.children[0], static_cast<size_t>(i), hasher);
      }
      return;
    case ColumnLayout::kStruct:
      for (const Column& member : column.children) AddCell(member, row, hasher);
      return;
  }
}

}  // namespace

void AppendContentHashes(const Batch& batch, std::vector<uint64_t>& hashes) {
  for (size_t row = 0; row < batch.rows; ++row) {
    Hasher hasher;
    for (const Column& column : batch.columns) AddCell(column, row, hasher);
    hashes.push_back(hasher.Finish().low);
  }
}

uint64_t ContentHashOf(std::span<const int32_t> votes) {
  Hasher hasher;
  for (const int32_t vote : votes) hasher.Add(static_cast<uint64_t>(static_cast<uint32_t>(vote)));
  return hasher.Finish().low;
}

}  // namespace assay

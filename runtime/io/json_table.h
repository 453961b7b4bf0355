// JSON lines and WRENCH JSON as a table. A column is a key of the record; of a WRENCH record, a key of its "data", then
// one of its own ("label", "weak_labels"), and "id" is its key in the file.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/io/table_reader.h"

namespace assay {

Result<std::unique_ptr<TableReader>> OpenJsonTable(std::vector<std::string> paths, ReadOptions options, TableFormat format,
                                                   std::span<const Field> fields);
Result<std::vector<std::string>> ReadJsonColumnNames(const std::string& path, const ReadOptions& options, TableFormat format);

}  // namespace assay

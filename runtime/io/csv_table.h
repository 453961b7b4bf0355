// CSV and TSV files as a table.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/io/table_reader.h"

namespace assay {

Result<std::unique_ptr<TableReader>> OpenCsvTable(std::vector<std::string> paths, ReadOptions options, char delimiter,
                                                  std::span<const Field> fields);
Result<std::vector<std::string>> ReadCsvColumnNames(const std::string& path, const ReadOptions& options, char delimiter);

}  // namespace assay

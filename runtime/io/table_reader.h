// Tables in files: CSV, TSV, JSON lines and WRENCH JSON as a stream of batches with a column for each field that is asked
// for. Several files are one table; each has its own header and its columns are bound by name. Memory is bounded by a batch
// and the longest record. What a reader decides: which text is null, what happens to cells that cannot be read, and that
// required fields hold no null.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/batch/batch.h"
#include "runtime/graph/rule_graph.h"
#include "runtime/votes/classes.h"

namespace assay {

enum class TableFormat : uint8_t { kAuto, kCsv, kTsv, kJsonl, kWrench };

// "csv", "tsv", "jsonl", "wrench", "auto"; anything else is a usage error that lists them.
Result<TableFormat> TableFormatNamed(std::string_view name);
std::string_view NameOf(TableFormat format);

struct ReadOptions {
  TableFormat format = TableFormat::kAuto;  // kAuto: by the file's ending; standard input is CSV
  std::optional<char> delimiter;            // default: comma, tab for TSV
  bool header = true;
  std::vector<std::string> columns;         // names, when there is no header
  bool quotes = true;                       // false: a quote is an ordinary character (`--quote none`)
  std::vector<std::string> nulls;           // cells that mean missing; also string values of JSON
  bool trim = false;                        // blanks around cells (spaces and tabs outside quotes)
  uint64_t skip_rows = 0;                   // lines (WRENCH: records) at the start of each file, before the header
  std::optional<uint64_t> limit;            // rows of the whole table
  bool strict = false;                      // a cell that cannot be read is an error, not a counted null
  bool abstain_on_bad_rows = false;         // a null in a required field marks the row in Batch::bad_rows
  bool dictionaries = true;                 // code text columns of few distinct values
  std::string gold_column;                  // the column of true classes; empty: none
  ClassList gold_classes;                   // what its values may be
  size_t batch_rows = 65536;
  size_t batch_bytes = size_t{32} << 20;
  const std::atomic<bool>* interrupt = nullptr;  // looked at between chunks and batches
};

struct TableBatch {
  Batch batch;
  std::vector<int32_t> gold;  // class ids, kAbstain for unknown; empty without a gold column
};

// What happened while reading, for warnings and summaries.
struct ReadReport {
  uint64_t rows = 0;
  uint64_t repaired_cells = 0;         // held invalid UTF-8, now U+FFFD
  uint64_t unreadable_cells = 0;       // could not be read as their column's type, now null
  uint64_t bad_rows = 0;               // null in a required field, with abstain_on_bad_rows
  std::vector<std::string> examples;   // of unreadable cells: `data.csv:3: column "age": "old" is not an int`; at most 5
};

class TableReader {
 public:
  virtual ~TableReader() = default;

  // The next rows, or nothing at the end. After an error the reader must not be used again.
  virtual Result<std::optional<TableBatch>> Next() = 0;

  virtual const ReadReport& report() const = 0;
  virtual uint64_t bytes_read() const = 0;
  virtual uint64_t bytes_total() const = 0;  // 0 where it is unknown (pipes)
};

// Opens the files ("-" is standard input) and binds the columns of the first one, so that a missing file or column is known
// at once. `fields` must outlive the reader; the columns of its batches are in their order.
Result<std::unique_ptr<TableReader>> OpenTable(std::vector<std::string> paths, ReadOptions options,
                                               std::span<const Field> fields);

// The names of the columns of a file: the header, or for JSON the keys of its first record.
Result<std::vector<std::string>> ReadColumnNames(const std::string& path, const ReadOptions& options);

}  // namespace assay

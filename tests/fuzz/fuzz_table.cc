// Any bytes as a data file: the first byte picks the format and options, the rest is the file. Read or refused; what is read holds no
// null in required fields, valid UTF-8 only, and every row can be asked for.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "fuzz_target.h"
#include "random_batch.h"
#include "runtime/io/table_reader.h"
#include "runtime/text/utf8.h"

namespace {

// One file a process, in the working directory of temporary files.
const std::string& InputPath() {
  static const std::string path = (std::filesystem::temp_directory_path() / fmt::format("assay-fuzz-{}", getpid())).string();
  return path;
}

void Check(const assay::Batch& batch, const std::vector<assay::Field>& fields) {
  if (batch.columns.size() != fields.size()) std::abort();
  for (size_t i = 0; i < fields.size(); ++i) {
    const assay::Column& column = batch.columns[i];
    if (column.rows != batch.rows) std::abort();
    for (size_t row = 0; row < batch.rows; ++row) {
      const bool bad = row / 64 < batch.bad_rows.size() && ((batch.bad_rows[row / 64] >> (row % 64)) & 1) != 0;
      if (!column.IsValid(row)) {
        if (!fields[i].nullable && !bad) std::abort();
        continue;
      }
      const bool text = column.layout == assay::ColumnLayout::kString || column.layout == assay::ColumnLayout::kDictionary;
      if (text && !assay::text::IsValidUtf8(column.Text(row))) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace assay;
  if (size < 1) return 0;
  constexpr TableFormat kFormats[] = {TableFormat::kCsv, TableFormat::kTsv, TableFormat::kJsonl, TableFormat::kWrench};
  const uint8_t choice = data[0];
  ReadOptions options{.format = kFormats[choice & 3], .strict = (choice & 4) != 0, .abstain_on_bad_rows = (choice & 8) != 0};
  options.quotes = (choice & 16) == 0;
  options.trim = (choice & 32) != 0;
  options.dictionaries = (choice & 64) == 0;
  options.batch_rows = 3;
  if ((choice & 128) != 0) {
    options.header = false;
    options.columns = {"text", "number", "share"};
  }
  std::ofstream(InputPath(), std::ios::binary | std::ios::trunc) << fuzz::TextOf(data + 1, size - 1);
  const std::vector<Field> fields = {
      {.name = "text", .column = "text", .type = kStringType},
      {.name = "number", .column = "number", .type = kIntType, .nullable = true},
      {.name = "share", .column = "share", .type = kFloatType, .nullable = true},
      {.name = "flag", .column = "flag", .type = kBoolType, .nullable = true},
  };
  const auto reader = OpenTable({InputPath()}, options, fields);
  if (reader) {
    for (;;) {
      const auto batch = (*reader)->Next();
      if (!batch || !*batch) break;
      Check((*batch)->batch, fields);
    }
  }
  std::error_code ignored;
  std::filesystem::remove(InputPath(), ignored);
  return 0;
}

namespace assay::fuzz {

std::vector<std::string> Seeds() {
  const std::string csv = "text,number,share,flag\n\"a \"\"b\"\"\nc\",1,2.5,true\nplain,,nan,no\n\xC3\xA9,-9223372036854775808,1e400,\n";
  const std::string bare = "a b,1,2\r\nc,,\r\n";
  const std::string tsv = "text\tnumber\tshare\nx y\t3\t0.5\n\t\t\n";
  const std::string jsonl = "{\"text\": \"a\\u00e9\", \"number\": 3, \"share\": 2.5, \"flag\": true}\n{\"text\": null, \"number\": \"x\"}\n";
  const std::string wrench = "{\"0\": {\"label\": 1, \"weak_labels\": [-1, 0], \"data\": {\"text\": \"a\", \"number\": 2}}, \"1\": {\"data\": {\"text\": \"b\"}}}";
  std::vector<std::string> seeds;
  for (int options : {0, 8, 16, 32, 64, 4}) {
    seeds.push_back(static_cast<char>(0 + options) + csv);
    seeds.push_back(static_cast<char>(1 + options) + tsv);
    seeds.push_back(static_cast<char>(2 + options) + jsonl);
    seeds.push_back(static_cast<char>(3 + options) + wrench);
  }
  seeds.push_back(static_cast<char>(128) + bare);
  return seeds;
}

std::vector<std::string> Pieces() {
  return {",", "\t", "\"", "\"\"", "\n", "\r\n", "\r", "\xEF\xBB\xBF", std::string(1, '\0'), "\xFF\xFE", "\xC3", "{", "}", "[", "]", ":", "\\u0000", "\\ud800", "\\", "null", "true",
          "1e999", "-0", "99999999999999999999", "\"text\"", "\"data\"", "label", "weak_labels", "text", "number"};
}

}  // namespace assay::fuzz

// Tables from files: what each format's cells become, and what is said about data that cannot be read.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "runtime/io/csv.h"
#include "runtime/io/table_reader.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

class Table : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("assay_io_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string File(const std::string& name, const std::string& content) {
    const fs::path path = folder_ / name;
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }

  static Field Of(const std::string& name, TypeId type, bool nullable = false) {
    Field field;
    field.name = field.column = name;
    field.type = type;
    field.nullable = nullable;
    return field;
  }

  // Every row as text: cells joined by '|', null as "~".
  struct Read {
    std::vector<std::string> rows;
    std::vector<int32_t> gold;
    std::string error;
    ErrorKind kind = ErrorKind::kInternal;
    ReadReport report;
    std::vector<uint64_t> bad_rows;
  };
  static std::string Cell(const Column& column, size_t row) {
    if (!column.IsValid(row)) return "~";
    switch (column.layout) {
      case ColumnLayout::kBool: return ((static_cast<const uint64_t*>(column.values)[row / 64] >> (row % 64)) & 1) != 0 ? "true" : "false";
      case ColumnLayout::kInt64: return std::to_string(static_cast<const int64_t*>(column.values)[row]);
      case ColumnLayout::kFloat64: {
        std::ostringstream out;
        out << static_cast<const double*>(column.values)[row];
        return out.str();
      }
      case ColumnLayout::kString:
      case ColumnLayout::kDictionary: return std::string(column.Text(row));
      case ColumnLayout::kNull:
      case ColumnLayout::kList:
      case ColumnLayout::kStruct: break;
    }
    return "?";
  }
  static Read ReadAll(std::vector<std::string> paths, const std::vector<Field>& fields, ReadOptions options = {}) {
    Read read;
    auto table = OpenTable(std::move(paths), std::move(options), fields);
    if (!table) {
      read.error = table.error().message;
      read.kind = table.error().kind;
      return read;
    }
    uint64_t expected_first = 0;
    for (;;) {
      auto batch = (*table)->Next();
      if (!batch) {
        read.error = batch.error().message;
        read.kind = batch.error().kind;
        break;
      }
      if (!*batch) break;
      const Batch& rows = (*batch)->batch;
      EXPECT_EQ(rows.first_row, expected_first);
      expected_first += rows.rows;
      EXPECT_EQ(rows.columns.size(), fields.size());
      for (size_t r = 0; r < rows.rows; ++r) {
        std::string text;
        for (size_t c = 0; c < rows.columns.size(); ++c) text += (c > 0 ? "|" : "") + Cell(rows.columns[c], r);
        read.rows.push_back(text);
      }
      read.gold.insert(read.gold.end(), (*batch)->gold.begin(), (*batch)->gold.end());
      read.bad_rows.insert(read.bad_rows.end(), rows.bad_rows.begin(), rows.bad_rows.end());
    }
    read.report = (*table)->report();
    if (!read.error.empty()) return read;
    EXPECT_EQ((*table)->bytes_read(), (*table)->bytes_total());
    return read;
  }

  using Rows = std::vector<std::string>;
  fs::path folder_;
};

TEST_F(Table, QuotesDoubledQuotesAndLineBreaksInCells) {
  const auto path = File("a.csv", "text,n\r\n\"a, \"\"b\"\"\r\nc\",1\r\nplain \"quote\" inside,2\r\n\"\",3\r\n\"x\"y,4");
  const Read read = ReadAll({path}, {Of("text", kStringType), Of("n", kIntType)});
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.rows, (Rows{"a, \"b\"\r\nc|1", "plain \"quote\" inside|2", "|3", "xy|4"}));
}

TEST_F(Table, EveryCutOfTheInputIntoChunksGivesTheSameRecords) {
  // Cells longer than a chunk, and quotes and line ends at all places relative to a block of 64 bytes.
  std::string content = "a,b\n";
  Rows expected;
  for (size_t n = 0; n < 300; ++n) {
    const std::string a(n % 140, 'x');
    content += "\"" + a + "\"\"" + "\"," + std::string(n % 67, 'y') + (n % 2 == 0 ? "\n" : "\r\n");
    expected.push_back(a + "\"|" + std::string(n % 67, 'y'));
  }
  content += "\"" + std::string(5'000'000, 'z') + "\n\",end\n";
  expected.push_back(std::string(5'000'000, 'z') + "\n|end");
  content += std::string(3'000'000, 'w') + ",last";
  expected.push_back(std::string(3'000'000, 'w') + "|last");
  const Read read = ReadAll({File("a.csv", content)}, {Of("a", kStringType), Of("b", kStringType)});
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.rows == expected, true);
}

TEST_F(Table, LineEndsMayBeLfCrlfOrCr) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    for (const std::string& last : {std::string(), end}) {
      const Read read = ReadAll({File("a.csv", "a,b" + end + "1,x" + end + end + "2,y" + last)}, {Of("a", kIntType), Of("b", kStringType)});
      EXPECT_EQ(read.rows, (Rows{"1|x", "2|y"})) << read.error;
    }
  }
}

TEST_F(Table, AByteOrderMarkIsNotPartOfTheHeader) {
  EXPECT_EQ(ReadAll({File("a.csv", "\xEF\xBB\xBFtext\nx\n")}, {Of("text", kStringType)}).rows, Rows{"x"});
  EXPECT_EQ(ReadAll({File("a.jsonl", "\xEF\xBB\xBF{\"text\": \"x\"}\n")}, {Of("text", kStringType)}).rows, Rows{"x"});
}

TEST_F(Table, NumbersAreReadAsPythonReadsThem) {
  const auto path = File("a.csv", "i,f\n 12 ,1e3\n-7, 2.5 \n+3,inf\n9223372036854775807,-Infinity\n,nan\n\xD9\xA3,\n");
  const Read read = ReadAll({path}, {Of("i", kIntType, true), Of("f", kFloatType, true)});
  EXPECT_EQ(read.rows, (Rows{"12|1000", "-7|2.5", "3|inf", "9223372036854775807|-inf", "~|~", "3|~"}));
  EXPECT_EQ(read.report.unreadable_cells, 0u);
}

TEST_F(Table, CellsThatCannotBeReadAreNullAndCounted) {
  const auto path = File("a.csv", "i,f,b\n1.5,x,true\n9223372036854775808,1_0,maybe\n4,5,NO\n");
  const std::vector<Field> fields = {Of("i", kIntType, true), Of("f", kFloatType, true), Of("b", kBoolType, true)};
  const Read read = ReadAll({path}, fields);
  EXPECT_EQ(read.rows, (Rows{"~|~|true", "~|~|~", "4|5|false"}));
  EXPECT_EQ(read.report.unreadable_cells, 5u);
  ASSERT_EQ(read.report.examples.size(), 5u);
  EXPECT_NE(read.report.examples[0].find("a.csv:2: column \"i\": \"1.5\" is not an int"), std::string::npos);
  const Read strict = ReadAll({path}, fields, {.strict = true});
  EXPECT_NE(strict.error.find("a.csv:2: column \"i\": \"1.5\" is not an int"), std::string::npos);
  EXPECT_EQ(strict.kind, ErrorKind::kData);
}

TEST_F(Table, EmptyCellsAreNullForNumbersAndEmptyTextForStrings) {
  const auto path = File("a.csv", "s,i\n,\n?,?\nNA,3\n");
  const std::vector<Field> fields = {Of("s", kStringType, true), Of("i", kIntType, true)};
  EXPECT_EQ(ReadAll({path}, fields, {.nulls = {"?", "NA"}}).rows, (Rows{"|~", "~|~", "~|3"}));
  EXPECT_EQ(ReadAll({path}, fields, {.nulls = {"", "?"}}).rows, (Rows{"~|~", "~|~", "NA|3"}));
}

TEST_F(Table, ANullInARequiredFieldSaysRowColumnAndWhatToDeclare) {
  const auto path = File("a.csv", "i\n1\n\n\"\"\n");
  const Read read = ReadAll({path}, {Of("i", kIntType)});
  EXPECT_NE(read.error.find("a.csv:4: row 1 has no value in column \"i\""), std::string::npos) << read.error;
  EXPECT_NE(read.error.find("i: int?"), std::string::npos) << read.error;
  Field with_default = Of("i", kIntType);
  with_default.has_default = true;
  with_default.default_value = Value::Int(-5);
  EXPECT_EQ(ReadAll({path}, {with_default}).rows, (Rows{"1", "-5"}));
  const Read abstaining = ReadAll({path}, {Of("i", kIntType)}, {.abstain_on_bad_rows = true});
  EXPECT_EQ(abstaining.rows, (Rows{"1", "0"}));
  EXPECT_EQ(abstaining.bad_rows, (std::vector<uint64_t>{2}));
  EXPECT_EQ(abstaining.report.bad_rows, 1u);
}

TEST_F(Table, AMissingColumnListsTheColumnsThereAre) {
  const auto path = File("a.csv", "Text,b\nx,1\n");
  const Read read = ReadAll({path}, {Of("text", kStringType)});
  EXPECT_EQ(read.kind, ErrorKind::kData);
  EXPECT_NE(read.error.find("has no column \"text\" for the field text; its columns are: Text, b"), std::string::npos) << read.error;
  EXPECT_NE(read.error.find("did you mean \"Text\"?"), std::string::npos);
  EXPECT_EQ(ReadAll({path}, {Of("b", kIntType), Of("text", kStringType, true)}).rows, Rows{"1|~"});
  Field with_default = Of("text", kStringType);
  with_default.has_default = true;
  with_default.default_value = Value::String("none");
  EXPECT_EQ(ReadAll({path}, {with_default}).rows, Rows{"none"});
}

TEST_F(Table, SeveralFilesAreOneTableBoundByName) {
  const auto a = File("a.csv", "x,y\n1,one\n");
  const auto b = File("b.csv", "y,extra,x\ntwo,,2\n");
  const auto c = File("c.csv", "x\n3\n");
  EXPECT_EQ(ReadAll({a, b, c}, {Of("x", kIntType), Of("y", kStringType, true)}).rows, (Rows{"1|one", "2|two", "3|~"}));
  EXPECT_NE(ReadAll({a, c}, {Of("y", kStringType)}).error.find("c.csv has no column"), std::string::npos);
}

TEST_F(Table, ARaggedRowNamesTheCounts) {
  const Read read = ReadAll({File("a.csv", "text,b\nx,1\ny\nz,1,2\n")}, {Of("text", kStringType)});
  EXPECT_NE(read.error.find("a.csv:3: a row of 1 cell where the header has 2 columns"), std::string::npos) << read.error;
}

TEST_F(Table, AnUnbalancedQuoteNamesTheLineWhereItOpened) {
  const auto path = File("a.csv", "text\nfine\n\"two\nlines\"\n\"abc\nx\n");
  const Read read = ReadAll({path}, {Of("text", kStringType)});
  EXPECT_NE(read.error.find("a.csv:5: a quote opens here and never closes"), std::string::npos) << read.error;
  EXPECT_EQ(ReadAll({path}, {Of("text", kStringType)}, {.quotes = false}).rows.size(), 5u);
}

TEST_F(Table, EmptyFilesAreErrorsAndHeadersAloneAreNot) {
  EXPECT_NE(ReadAll({File("e.csv", "")}, {Of("t", kStringType)}).error.find("is empty"), std::string::npos);
  EXPECT_NE(ReadAll({File("e.jsonl", "")}, {Of("t", kStringType)}).error.find("is empty"), std::string::npos);
  EXPECT_NE(ReadAll({File("e.json", "")}, {Of("t", kStringType)}).error.find("is empty"), std::string::npos);
  const Read header = ReadAll({File("h.csv", "t\n")}, {Of("t", kStringType)});
  EXPECT_EQ(header.error, "");
  EXPECT_TRUE(header.rows.empty());
  EXPECT_EQ(ReadAll({File("e.json", "{}")}, {Of("t", kStringType)}).error, "");
}

TEST_F(Table, MissingFilesFoldersAndUnknownEndingsSaySo) {
  EXPECT_NE(ReadAll({(folder_ / "no.csv").string()}, {}).error.find("No such file"), std::string::npos);
  EXPECT_NE(ReadAll({folder_.string()}, {}).error.find("is a directory"), std::string::npos);
  EXPECT_EQ(ReadAll({folder_.string()}, {}).kind, ErrorKind::kData);
  EXPECT_EQ(ReadAll({File("a.data", "x\n1\n")}, {}).kind, ErrorKind::kUsage);
}

TEST_F(Table, InvalidUtf8IsRepairedAndCountedAndNulBytesAreKept) {
  const Read read = ReadAll({File("a.csv", std::string("text\n\xff\xfex\na\0b\nplain\n", 19))}, {Of("text", kStringType)});
  EXPECT_EQ(read.rows, (Rows{"\xEF\xBF\xBD\xEF\xBF\xBDx", std::string("a\0b", 3), "plain"}));
  EXPECT_EQ(read.report.repaired_cells, 1u);
}

TEST_F(Table, WithoutHeaderTrimmedAndWithSkippedLines) {
  const auto path = File("a.test", "|1x3 Cross validator\n39, State-gov, 77516\n50, ?, 83311\n\n");
  ReadOptions options{.format = TableFormat::kCsv, .header = false, .columns = {"age", "work", "w"}, .nulls = {"?"}, .trim = true, .skip_rows = 1};
  const std::vector<Field> fields = {Of("age", kIntType), Of("work", kStringType, true)};
  EXPECT_EQ(ReadAll({path}, fields, options).rows, (Rows{"39|State-gov", "50|~"}));
  options.limit = 1;
  options.columns.pop_back();
  EXPECT_NE(ReadAll({path}, fields, options).error.find("a row of 3 cells where --columns names 2"), std::string::npos);
  EXPECT_EQ(ReadAll({path}, fields, {.format = TableFormat::kCsv, .header = false}).kind, ErrorKind::kUsage);
}

TEST_F(Table, TsvWithoutQuoting) {
  const Read read = ReadAll({File("a.tsv", "ham\tsay \"hi\nspam\t\"win\n")}, {Of("text", kStringType), Of("label", kStringType)},
                            {.header = false, .columns = {"label", "text"}, .quotes = false});
  EXPECT_EQ(read.rows, (Rows{"say \"hi|ham", "\"win|spam"}));
}

TEST_F(Table, LimitCountsRowsOfTheWholeTable) {
  const auto a = File("a.csv", "x\n1\n2\n"), b = File("b.csv", "x\n3\n4\n");
  ReadOptions options;
  options.limit = 3;
  auto table = OpenTable({a, b}, options, std::span<const Field>());
  const std::vector<Field> fields = {Of("x", kIntType)};
  table = OpenTable({a, b}, options, fields);
  auto batch = (*table)->Next();
  EXPECT_EQ((**batch).batch.rows, 3u);
  EXPECT_FALSE((*(*table)->Next()).has_value());
}

TEST_F(Table, ColumnsOfTheSameNameAreAnErrorOnlyWhenUsed) {
  const auto path = File("a.csv", "x,x,y\n1,2,3\n");
  EXPECT_EQ(ReadAll({path}, {Of("y", kIntType)}).rows, Rows{"3"});
  EXPECT_NE(ReadAll({path}, {Of("x", kIntType)}).error.find("two columns named \"x\""), std::string::npos);
}

TEST_F(Table, JsonLinesOfAllTypes) {
  const auto path = File("a.jsonl",
                         "{\"s\": \"\\u00e9\\ud83d\\ude00 \\ud800\", \"i\": 3, \"f\": 2, \"b\": true}\n\n"
                         "{\"i\": 4.0, \"s\": \"x\", \"b\": null, \"f\": 1e400e}\n");
  const std::vector<Field> fields = {Of("s", kStringType, true), Of("i", kIntType, true), Of("f", kFloatType, true), Of("b", kBoolType, true)};
  const Read broken = ReadAll({path}, fields);
  EXPECT_NE(broken.error.find("a.jsonl:3: not valid JSON"), std::string::npos) << broken.error;
  const auto good = File("b.jsonl",
                         "{\"s\": \"\\u00e9\\ud83d\\ude00 \\ud800\", \"i\": 3, \"f\": 2, \"b\": true}\n\n"
                         "{\"i\": 4.0, \"s\": 5, \"b\": null}\n{\"s\": \"\xff\", \"i\": \"7\", \"f\": -1.5, \"b\": 0}");
  const Read read = ReadAll({good}, fields);
  EXPECT_EQ(read.rows, (Rows{"é😀 \xEF\xBF\xBD|3|2|true", "~|4|~|~", "\xEF\xBF\xBD|~|-1.5|~"}));
  EXPECT_EQ(read.report.unreadable_cells, 3u);
  EXPECT_EQ(read.report.repaired_cells, 2u);
}

TEST_F(Table, JsonWithoutARequiredKeyListsTheKeys) {
  EXPECT_NE(ReadAll({File("a.jsonl", "{\"Text\": \"x\"}\n")}, {Of("text", kStringType)}).error.find("its columns are: Text"), std::string::npos);
  EXPECT_NE(ReadAll({File("a.jsonl", "[1]\n")}, {Of("text", kStringType)}).error.find("must be a JSON object"), std::string::npos);
  EXPECT_NE(ReadAll({File("a.jsonl", "{\"text\": \"x\"}\n{\"text\": \n")}, {Of("text", kStringType)}).error.find("a.jsonl:2: not valid JSON"), std::string::npos);
}

TEST_F(Table, WrenchJsonInFileOrderWithGold) {
  const auto path = File("a.json",
                         "{\n\t\"10\": {\"data\": {\"text\": \"b}\\\"{\"}, \"label\": 1, \"weak_labels\": [-1, 0]},\n"
                         "\t\"2\": {\"data\": {\"text\": \"a\"}, \"label\": 0, \"weak_labels\": [1, 0]}\n}\n");
  ReadOptions options;
  options.gold_column = "label";
  options.gold_classes = ClassList::Named({"HAM", "SPAM"});
  const Read read = ReadAll({path}, {Of("text", kStringType), Of("id", kStringType)}, options);
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.rows, (Rows{"b}\"{|10", "a|2"}));
  EXPECT_EQ(read.gold, (std::vector<int32_t>{1, 0}));
  EXPECT_NE(ReadAll({File("b.json", "{\"0\": {\"data\": {\"text\": \"x\"}")}, {Of("text", kStringType)}).error.find("ends in the middle"), std::string::npos);
  EXPECT_EQ(ReadAll({File("c.json", "[{\"text\": \"x\"}, {\"text\": \"y\"}]")}, {Of("text", kStringType)}).rows, (Rows{"x", "y"}));
}

TEST_F(Table, GoldColumnsHoldNamesIdsOrNothing) {
  const auto path = File("a.csv", "t,g\nx,SPAM\ny,0\nz,\nw,-1\n");
  ReadOptions options;
  options.gold_column = "g";
  options.gold_classes = ClassList::Named({"HAM", "SPAM"});
  EXPECT_EQ(ReadAll({path}, {Of("t", kStringType)}, options).gold, (std::vector<int32_t>{1, 0, -1, -1}));
  const Read wrong = ReadAll({File("b.csv", "t,g\nx,EGGS\n")}, {Of("t", kStringType)}, options);
  EXPECT_NE(wrong.error.find("b.csv:2: gold column \"g\": \"EGGS\" is not a class; the classes are HAM (0), SPAM (1)"), std::string::npos) << wrong.error;
}

TEST_F(Table, AnInterruptStopsReading) {
  std::atomic<bool> stop = true;
  ReadOptions options;
  options.interrupt = &stop;
  EXPECT_EQ(ReadAll({File("a.csv", "x\n1\n")}, {Of("x", kIntType)}, options).kind, ErrorKind::kInterrupted);
}

TEST_F(Table, RandomBytesNeverCrashAReader) {
  uint64_t state = 1;
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    for (int i = 0; i < 200; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      bytes += "\"\",\n\r{}[]:a1\\u\xff"[(state >> 33) % 16];
    }
    for (const char* name : {"r.csv", "r.jsonl", "r.json", "r.tsv"}) {
      ReadAll({File(name, "a,b\n" + bytes)}, {Of("a", kStringType, true), Of("b", kIntType, true)});
      ReadAll({File(name, bytes)}, {Of("a", kStringType, true)});
    }
  }
}

std::string Data() {
  const char* given = std::getenv("ASSAY_DATA");
  return given != nullptr ? given : "../shared/data";
}

TEST_F(Table, TheRawYouTubeFilesAre1956Rows) {
  if (!fs::exists(Data())) GTEST_SKIP() << Data() << " is absent (set ASSAY_DATA to the folder of the test data)";
  std::vector<std::string> paths;
  for (const auto& entry : fs::directory_iterator(Data() + "/youtube/raw")) paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  Field text = Of("text", kStringType);
  text.column = "CONTENT";
  ReadOptions options;
  options.gold_column = "CLASS";
  options.gold_classes = ClassList::Numbered(2);
  const Read read = ReadAll(paths, {text, Of("DATE", kStringType)}, options);
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.rows.size(), 1956u);
  EXPECT_EQ(std::count(read.gold.begin(), read.gold.end(), 1), 1005);
  EXPECT_EQ(read.report.repaired_cells, 0u);
}

TEST_F(Table, CensusIsReadWithItsMissingCells) {
  if (!fs::exists(Data())) GTEST_SKIP() << Data() << " is absent (set ASSAY_DATA to the folder of the test data)";
  ReadOptions options{.format = TableFormat::kCsv, .header = false, .nulls = {"?"}, .trim = true};
  std::istringstream names(
      "age workclass fnlwgt education education-num marital-status occupation relationship race sex capital-gain capital-loss "
      "hours-per-week native-country income");
  for (std::string name; names >> name;) options.columns.push_back(name);
  const Read read = ReadAll({Data() + "/census/adult.data"}, {Of("age", kIntType), Of("workclass", kStringType, true), Of("native-country", kStringType, true)}, options);
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.rows.size(), 32561u);
  EXPECT_EQ(std::count_if(read.rows.begin(), read.rows.end(), [](const std::string& row) { return row.find('~') != std::string::npos; }),
            1836 + 583 - 27);
  EXPECT_EQ(read.report.unreadable_cells, 0u);
}

TEST_F(Table, CsvIsReadAtHundredsOfMegabytesASecond) {
  std::string content = "age,work,weight,text\n";
  while (content.size() < (size_t{48} << 20)) content += "39,State-gov,77516,a comment of some length that nobody reads to its end\n";
  const auto path = File("speed.csv", content);
  const std::vector<Field> fields = {Of("age", kIntType), Of("work", kStringType), Of("weight", kIntType), Of("text", kStringType)};
  const auto start = std::chrono::steady_clock::now();
  auto table = OpenTable({path}, {}, fields);
  uint64_t rows = 0;
  for (;;) {
    auto batch = (*table)->Next();
    ASSERT_TRUE(batch.has_value());
    if (!*batch) break;
    rows += (*batch)->batch.rows;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("CSV: %.0f MB/s, %.1f M rows/s\n", static_cast<double>(content.size()) / seconds / 1e6, static_cast<double>(rows) / seconds / 1e6);
}

}  // namespace
}  // namespace assay

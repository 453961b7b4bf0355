// Files of votes, slices and gold labels, and that outputs appear whole or not at all.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "runtime/batch/builders.h"
#include "runtime/io/gold_file.h"
#include "runtime/io/npy.h"
#include "runtime/io/output_file.h"
#include "runtime/io/read_votes.h"
#include "runtime/io/write_votes.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("assay_files_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  std::string File(const std::string& name, const std::string& content) {
    std::ofstream(Path(name), std::ios::binary) << content;
    return Path(name);
  }
  static std::string Content(const std::string& path) {
    std::stringstream content;
    content << std::ifstream(path, std::ios::binary).rdbuf();
    return content.str();
  }
  size_t FilesThere() const { return static_cast<size_t>(std::distance(fs::directory_iterator(folder_), {})); }

  static VoteLayout Layout() {
    VoteLayout layout;
    layout.class_names = {"HAM", "SPAM"};
    layout.class_ids = {0, 1};
    layout.rules = {{"has, comma", 0, 2}, {"short", 2, 1}, {"never", 3, 0}};
    layout.planes = {{0, 0}, {0, 1}, {1, 0}};
    return layout;
  }
  // Rows: (1,-1,-1), (0,0,-1), (-1,-1,-1).
  static VotePlanes Planes() {
    VotePlanes planes(3, 3);
    planes.Set(1, 0);
    planes.Set(0, 1);
    planes.Set(2, 1);
    return planes;
  }

  fs::path folder_;
};

std::vector<int64_t> IntegersOf(const std::string& npy) {
  const auto array = ParseNpy(npy, "npy");
  std::vector<int64_t> integers;
  for (size_t i = 0; array && i < array->size(); ++i) integers.push_back(array->Integer(i));
  return integers;
}

TEST_F(Files, AnOutputThatIsNotCommittedLeavesNothing) {
  {
    auto file = OutputFile::Create(Path("out.csv"));
    ASSERT_TRUE(file.has_value());
    ASSERT_TRUE(file->Write(std::string(1 << 20, 'x')).has_value());
    EXPECT_FALSE(fs::exists(Path("out.csv")));
  }
  EXPECT_EQ(FilesThere(), 0u);
}

TEST_F(Files, CommitReplacesAFileAndKeepsItsMode) {
  File("out.csv", "old");
  ::chmod(Path("out.csv").c_str(), 0640);
  ASSERT_TRUE(WriteFile(Path("out.csv"), "new").has_value());
  EXPECT_EQ(Content(Path("out.csv")), "new");
  struct stat info {};
  ::stat(Path("out.csv").c_str(), &info);
  EXPECT_EQ(info.st_mode & 0777, 0640u);
  EXPECT_EQ(FilesThere(), 1u);
}

TEST_F(Files, ASymbolicLinkKeepsPointing) {
  File("real.csv", "old");
  fs::create_symlink(Path("real.csv"), Path("link.csv"));
  ASSERT_TRUE(WriteFile(Path("link.csv"), "new").has_value());
  EXPECT_TRUE(fs::is_symlink(Path("link.csv")));
  EXPECT_EQ(Content(Path("real.csv")), "new");
}

TEST_F(Files, OutputsThatCannotBeWrittenSaySo) {
  const auto missing = OutputFile::Create(Path("no/dir/v.csv"));
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().kind, ErrorKind::kOutput);
  EXPECT_NE(missing.error().message.find("no/dir/v.csv: No such file or directory"), std::string::npos);
  EXPECT_FALSE(OutputFile::Create(folder_.string()).has_value());
  auto full = OutputFile::Create("/dev/full");
  ASSERT_TRUE(full.has_value());
  ASSERT_TRUE(full->Write("x").has_value());
  const auto status = full->Commit();
  ASSERT_FALSE(status.has_value());
  EXPECT_NE(status.error().message.find("No space left"), std::string::npos);
}

TEST_F(Files, PipesAreWrittenDirectly) {
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), 0600), 0);
  const int reader = ::open(Path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  auto file = OutputFile::Create(Path("pipe"));
  ASSERT_TRUE(file.has_value());
  EXPECT_FALSE(file->CanSeek());
  ASSERT_TRUE(file->Write("abc").has_value());
  ASSERT_TRUE(file->Commit().has_value());
  char text[4] = {};
  EXPECT_EQ(::read(reader, text, 3), 3);
  EXPECT_EQ(std::string(text), "abc");
  ::close(reader);
}

TEST_F(Files, VotesOfEveryFormatAreReadAgain) {
  const VoteLayout layout = Layout();
  for (const std::string name : {"v.csv", "v.npy", "v.json", "v.jsonl"}) {
    auto writer = CreateVoteWriter(Path(name), layout);
    ASSERT_TRUE(writer.has_value());
    ASSERT_TRUE((*writer)->Append(Planes(), nullptr, {}).has_value());
    ASSERT_TRUE((*writer)->Append(Planes(), nullptr, {}).has_value());
    ASSERT_TRUE((*writer)->Close().has_value());
    const auto votes = ReadVotes(Path(name), {.classes = ClassList::Named({"HAM", "SPAM"})});
    ASSERT_TRUE(votes.has_value()) << votes.error().message;
    EXPECT_EQ(votes->matrix.rows, 6u);
    if (name == "v.jsonl") {  // rules that never vote are not in such a file
      EXPECT_EQ(votes->matrix.rules, (std::vector<std::string>{"has, comma", "short"}));
      EXPECT_EQ(votes->matrix.votes, (std::vector<int16_t>{1, -1, 0, 0, -1, -1, 1, -1, 0, 0, -1, -1}));
    } else {
      EXPECT_EQ(votes->matrix.votes, (std::vector<int16_t>{1, -1, -1, 0, 0, -1, -1, -1, -1, 1, -1, -1, 0, 0, -1, -1, -1, -1})) << name;
    }
  }
  EXPECT_EQ(Content(Path("v.csv")).substr(0, 50), "\"has, comma\",short,never\n1,-1,-1\n0,0,-1\n-1,-1,-1\n1");
  EXPECT_EQ(Content(Path("v.jsonl")).substr(0, 47), "{\"row\": 0, \"votes\": {\"has, comma\": \"SPAM\"}}\n{\"r");
  EXPECT_EQ(CreateVoteWriter(Path("v.xlsx"), layout).error().kind, ErrorKind::kUsage);
}

TEST_F(Files, WrenchVotesCarryColumnsAndGold) {
  ColumnBuilder text(ColumnLayout::kString), number(ColumnLayout::kInt64);
  for (const char* t : {"a \"b\"\n", "c", "d"}) text.AppendString(t);
  number.AppendInt(5);
  number.AppendNull();
  number.AppendInt(7);
  auto memory = std::make_shared<BatchMemory>();
  Batch batch;
  batch.rows = 3;
  batch.columns = {text.Finish(*memory), number.Finish(*memory)};
  std::vector<Field> fields(2);
  fields[0].column = "text";
  fields[1].column = "n";
  const VoteLayout layout = Layout();
  auto writer = CreateVoteWriter(Path("v.json"), layout, fields);
  ASSERT_TRUE((*writer)->Append(Planes(), &batch, std::vector<int32_t>{1, 0, -1}).has_value());
  ASSERT_TRUE((*writer)->Close().has_value());
  EXPECT_EQ(Content(Path("v.json")),
            "{\n\t\"0\": {\"data\": {\"text\": \"a \\\"b\\\"\\n\", \"n\": 5}, \"label\": 1, \"weak_labels\": [1, -1, -1]},\n"
            "\t\"1\": {\"data\": {\"text\": \"c\", \"n\": null}, \"label\": 0, \"weak_labels\": [0, 0, -1]},\n"
            "\t\"2\": {\"data\": {\"text\": \"d\", \"n\": 7}, \"label\": -1, \"weak_labels\": [-1, -1, -1]}\n}\n");
}

TEST_F(Files, SlicesAreZerosAndOnes) {
  VotePlanes planes(2, 3);
  planes.Set(0, 0);
  planes.Set(1, 0);
  planes.Set(1, 2);
  for (const char* name : {"s.csv", "s.npy", "s.jsonl"}) {
    auto writer = CreateSliceWriter(Path(name), {"short", "link"});
    ASSERT_TRUE((*writer)->Append(planes, nullptr, {}).has_value());
    ASSERT_TRUE((*writer)->Close().has_value());
  }
  EXPECT_EQ(Content(Path("s.csv")), "short,link\n1,1\n0,0\n0,1\n");
  EXPECT_EQ(Content(Path("s.jsonl")), "{\"row\": 0, \"slices\": [\"short\", \"link\"]}\n{\"row\": 1, \"slices\": []}\n{\"row\": 2, \"slices\": [\"link\"]}\n");
  EXPECT_EQ(IntegersOf(Content(Path("s.npy"))), (std::vector<int64_t>{1, 1, 0, 0, 0, 1}));
}

TEST_F(Files, EmptyTablesOfVotesAreFiles) {
  const VoteLayout layout = Layout();
  for (const char* name : {"v.csv", "v.npy", "v.json", "v.jsonl"}) {
    auto writer = CreateVoteWriter(Path(name), layout);
    ASSERT_TRUE((*writer)->Close().has_value());
    EXPECT_TRUE(fs::exists(Path(name)));
  }
  EXPECT_EQ(ReadVotes(Path("v.npy"))->matrix.rows, 0u);
  EXPECT_EQ(ReadVotes(Path("v.csv"))->matrix.rules.size(), 3u);
}

TEST_F(Files, VotesInCsvNeedNoHeader) {
  const auto plain = ReadVotes(File("p.csv", "-1,0,2\n1,,-1\n"));
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(plain->matrix.rules[2], "rule_2");
  EXPECT_EQ(plain->matrix.votes, (std::vector<int16_t>{-1, 0, 2, 1, -1, -1}));
  EXPECT_EQ(plain->matrix.largest(), 2);
  const auto bad = ReadVotes(File("b.csv", "a,b\n0,x\n"));
  EXPECT_NE(bad.error().message.find("b.csv:2: rule b: \"x\" is not a vote"), std::string::npos) << bad.error().message;
  EXPECT_NE(ReadVotes(File("c.csv", "a,b\n0\n")).error().message.find("a row of 1 votes where there are 2 rules"), std::string::npos);
  const auto number = ReadVotes(File("d.csv", "0,40000\n1,2\n"));
  ASSERT_FALSE(number.has_value()) << "a number is never a header";
  EXPECT_NE(number.error().message.find("d.csv:1: rule rule_1"), std::string::npos) << number.error().message;
}

TEST_F(Files, NpyOfAllIntegerTypesAndBothOrders) {
  const std::string fortran = [] {
    std::string header = NpyHeader("<i4", 2, 3);
    header.replace(header.find("False"), 5, "True ");
    const int32_t values[] = {1, 4, 2, 5, 3, 6};
    return header + std::string(reinterpret_cast<const char*>(values), sizeof values);
  }();
  EXPECT_EQ(IntegersOf(fortran), (std::vector<int64_t>{1, 2, 3, 4, 5, 6}));
  const int64_t wide[] = {-1, 1};
  EXPECT_EQ(IntegersOf(NpyHeader("<i8", 2, 0) + std::string(reinterpret_cast<const char*>(wide), 16)), (std::vector<int64_t>{-1, 1}));
  for (const std::string& bad : {std::string("x"), NpyHeader("<i8", 2, 0), NpyHeader(">i8", 0, 0), NpyHeader("<c16", 0, 0),
                                 NpyHeader("<i8", uint64_t{1} << 62, uint64_t{1} << 62), std::string("\x93NUMPY\x01\x00\xff\xff{", 11)}) {
    EXPECT_FALSE(ParseNpy(bad, "bad").has_value());
  }
}

TEST_F(Files, GoldComesFromLinesColumnsArraysAndWrench) {
  const ClassList classes = ClassList::Named({"HAM", "SPAM"});
  EXPECT_EQ(*ReadGoldFile(File("a.csv", "gold\n1\n\n-1\nHAM\n"), classes), (std::vector<int32_t>{1, -1, -1, 0}));
  EXPECT_EQ(*ReadGoldFile(File("b.txt", "1\n0"), classes), (std::vector<int32_t>{1, 0}));
  EXPECT_EQ(*ReadGoldFile(File("c.csv", "row,gold\n0,SPAM\n1,\n"), classes), (std::vector<int32_t>{1, -1}));
  EXPECT_EQ(*ReadGoldFile(File("d.json", "{\"0\": {\"label\": 1}, \"1\": {\"label\": \"HAM\"}}"), classes), (std::vector<int32_t>{1, 0}));
  EXPECT_EQ(*ReadGoldFile(File("e.npy", NpyHeader("|i1", 2, 0) + std::string("\x01\xff", 2)), classes), (std::vector<int32_t>{1, -1}));
  EXPECT_NE(ReadGoldFile(File("f.csv", "gold\n7\n"), classes).error().message.find("f.csv:2: \"7\" is not a class"), std::string::npos);
  std::vector<int32_t> gold = {1, 0, -1, -1};
  EXPECT_TRUE(FitGold(gold, 3, "g").has_value());
  EXPECT_EQ(gold.size(), 3u);
  EXPECT_FALSE(FitGold(gold, 1, "g").has_value());
  EXPECT_FALSE(FitGold(gold, 4, "g").has_value());
}

TEST(PathForTask, PutsTheTaskBeforeTheEnding) {
  EXPECT_EQ(PathForTask("out/votes.csv", "Topic"), "out/votes.Topic.csv");
  EXPECT_EQ(PathForTask("a.b/votes", "Topic"), "a.b/votes.Topic");
}

}  // namespace
}  // namespace assay

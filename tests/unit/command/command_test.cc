// The command as a function: what it leaves behind. What it prints is in tests/cases/command.
#include "compiler/command/command.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "compiler/command/interrupt.h"

namespace assay {
namespace {

class CommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "assay-command-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
  }
  std::string Read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / name, std::ios::binary).rdbuf();
    return text.str();
  }
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  size_t FileCount() const {
    return static_cast<size_t>(
        std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator()));
  }

  std::filesystem::path folder_;
};

constexpr const char* kRules =
    "labels S { HAM, SPAM }\n"
    "schema R { text: string }\n"
    "lf a -> SPAM when text contains \"x\"\n"
    "lf b -> HAM when len(text) > 3\n";

TEST_F(CommandTest, CheckFixAppliesTheMendsAndNothingElse) {
  const std::string rules = Write("r.lf",
                                  "labels S { HAM, SPAM }\nschema R { text: string }\n# kept\nlf a => SPAM when text "
                                  "contains \"x\"\nlf b -> HAM when len(text) > 3\n");
  EXPECT_EQ(RunCommand({"check", "--fix", rules}), 0);
  EXPECT_EQ(Read("r.lf"),
            "labels S { HAM, SPAM }\nschema R { text: string }\n# kept\nlf a -> SPAM when text contains \"x\"\nlf b -> "
            "HAM when len(text) > 3\n");
}

TEST_F(CommandTest, ARunWritesItsFilesAndNoOthers) {
  const std::string rules = Write("r.lf", kRules);
  const std::string data = Write("d.csv", "text\nx\nlong\n");
  EXPECT_EQ(RunCommand({"run", rules, data, "--votes", Path("v.csv"), "--labels", Path("l.csv"), "--summary", "none"}),
            0);
  EXPECT_EQ(Read("v.csv"), "a,b\n1,-1\n-1,0\n");
  EXPECT_EQ(FileCount(), 4u);
}

TEST_F(CommandTest, AnErrorInTheDataLeavesNoFile) {
  const std::string rules = Write("r.lf", kRules);
  const std::string data = Write("d.csv", "text\nx\n\"open\n");
  EXPECT_EQ(RunCommand({"run", rules, data, "--votes", Path("v.csv")}), 3);
  EXPECT_EQ(FileCount(), 2u);
}

TEST_F(CommandTest, AModelFitsOnceAndLabelsLater) {
  const std::string rules = Write("r.lf", kRules);
  const std::string data = Write("d.csv", "text\nx\nlong\nlong x\n\n");
  EXPECT_EQ(RunCommand({"fit", rules, data, "--method", "majority", "-o", Path("m.json")}), 0);
  EXPECT_EQ(RunCommand({"label", rules, data, "--model-file", Path("m.json"), "-o", Path("l.csv")}), 0);
  EXPECT_EQ(RunCommand({"run", rules, data, "--method", "majority", "--labels", Path("r.csv"), "--summary", "none"}),
            0);
  EXPECT_EQ(Read("l.csv"), Read("r.csv"));
}

TEST_F(CommandTest, AnInterruptEndsTheRunAndLeavesNoFile) {
  const std::string rules = Write("r.lf", kRules);
  const std::string data = Write("d.csv", "text\nx\n");
  EXPECT_EXIT(
      {
        InstallSignalHandlers();
        std::raise(SIGINT);
        std::_Exit(RunCommand({"run", rules, data, "--votes", Path("v.csv")}));
      },
      ::testing::ExitedWithCode(130), "interrupted");
  EXPECT_EQ(FileCount(), 2u);
}

TEST_F(CommandTest, AModelOfRulesAndDataIsThatOfTheirVotes) {
  const std::string rules = Write("r.lf",
                                  "labels S { HAM, SPAM }\nschema R { text: string }\nlf a -> SPAM when text contains \"a\"\n"
                                  "lf b -> HAM when text contains \"b\"\nlf c -> SPAM when text contains \"c\"\nlf d -> HAM when len(text) > 3\n");
  std::string text = "text\n";
  for (int i = 0; i < 3000; ++i) {
    for (int bit = 0; bit < 5; ++bit) text += ((i * 7919 >> bit) & 1) != 0 ? "abcdx"[bit] : '-';
    text += '\n';
  }
  const std::string data = Write("d.csv", text);
  ASSERT_EQ(RunCommand({"run", rules, data, "--votes", Path("votes.csv"), "--summary", "none"}), 0);
  for (const char* method : {"auto", "majority", "weighted", "dawid_skene", "snorkel", "triplet", "specificity"}) {
    SCOPED_TRACE(method);
    ASSERT_EQ(RunCommand({"fit", rules, data, "--method", method, "-o", Path("rules.json")}), 0);
    ASSERT_EQ(RunCommand({"fit", "--votes", Path("votes.csv"), "--class-names", "HAM,SPAM", "--method", method, "-o", Path("votes.json")}), 0);
    ASSERT_EQ(RunCommand({"run", rules, data, "--method", method, "--save-model", Path("run.json"), "--labels", Path("labels.csv"), "--summary", "none"}), 0);
    EXPECT_FALSE(Read("rules.json").empty());
    EXPECT_EQ(Read("rules.json"), Read("votes.json"));
    EXPECT_EQ(Read("rules.json"), Read("run.json"));
  }
}

}  // namespace
}  // namespace assay

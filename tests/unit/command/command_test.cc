// The command as a function: what it leaves behind. What it prints is in tests/cases/command.
#include "compiler/command/command.h"

#include <gtest/gtest.h>

#include <algorithm>
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

TEST_F(CommandTest, ClassesThatRefineDifferentClassesSumToTheirOwn) {
  const std::string rules = Write("r.lf",
                                  "labels Topic { VIDEO, TEXT }\nlabels Kind: Topic { SONG: VIDEO, ESSAY: TEXT, CLIP: VIDEO }\n"
                                  "schema R { text: string }\nlf video -> VIDEO when text contains \"v\"\nlf words -> TEXT when text contains \"t\"\n"
                                  "lf song -> SONG when text contains \"s\"\nlf essay -> ESSAY when text contains \"e\"\nlf clip -> CLIP when text contains \"c\"\n");
  const std::string data = Write("d.csv", "text\nv\nt\ns\ne\nc\nvs\nte\nve\nts\nvc\nvt\nse\nsc\nx\nvtsec\n");
  ASSERT_EQ(RunCommand({"run", rules, data, "--method", "majority", "--set", "votes=shares", "--labels", Path("l.csv"), "--summary", "none"}), 0);
  const auto numbers = [&](const std::string& name) {
    std::vector<std::vector<double>> rows;
    std::istringstream lines(Read(name));
    std::string line, cell;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
      std::istringstream cells(line);
      rows.emplace_back();
      for (int column = 0; std::getline(cells, cell, ','); ++column) {
        if (column >= 3) rows.back().push_back(std::stod(cell));
      }
      rows.back().pop_back();  // the number of votes
    }
    return rows;
  };
  const auto topics = numbers("l.Topic.csv"), kinds = numbers("l.Kind.csv");
  ASSERT_EQ(topics.size(), 15u);
  ASSERT_EQ(kinds.size(), 15u);
  for (size_t row = 0; row < topics.size(); ++row) {
    EXPECT_NEAR(kinds[row][0] + kinds[row][2], topics[row][0], 1e-12) << row;
    EXPECT_NEAR(kinds[row][1], topics[row][1], 1e-12) << row;
  }
  EXPECT_GT(topics[3][1], .9);  // an essay is text
}

TEST_F(CommandTest, DegenerateVotesAreFittedAndLabeledOrRefusedNeverNaN) {
  const std::vector<std::pair<std::string, std::string>> inputs = {
      {"no rows", "a,b,c\n"},
      {"no votes", "a,b,c\n-1,-1,-1\n-1,-1,-1\n"},
      {"one rule", "a\n0\n1\n-1\n1\n"},
      {"two rules", "a,b\n0,1\n2,2\n-1,1\n0,-1\n"},
      {"one row", "a,b,c,d\n0,1,1,-1\n"},
      {"all agree", "a,b,c,d\n0,0,0,0\n1,1,1,1\n2,2,2,2\n"},
      {"all vote the same", "a,b,c,d\n1,1,1,1\n1,1,1,1\n"},
      {"a class that nobody votes", "a,b,c\n0,0,1\n1,1,-1\n0,1,1\n1,0,0\n-1,0,0\n"},
      {"never together", "a,b,c\n0,-1,-1\n-1,1,-1\n-1,-1,1\n"},
      {"a rule that never votes", "a,b,c,d\n0,0,1,-1\n1,1,1,-1\n0,1,0,-1\n"},
      {"always against each other", "a,b,c,d\n0,1,0,1\n1,0,1,0\n"},
  };
  size_t fitted = 0;
  for (const auto& [name, votes] : inputs) {
    const std::string file = Write("votes.csv", votes);
    const auto rows = static_cast<size_t>(std::ranges::count(votes, '\n')) - 1;
    for (const std::string method : {"auto", "majority", "weighted", "dawid_skene", "snorkel", "triplet", "specificity"}) {
      for (const std::string balance : {"uniform", "0.5,0.3,0.2", "0.9,0.1,0", "estimate"}) {
        SCOPED_TRACE(name + ", " + method + ", " + balance);
        std::filesystem::remove(Path("model.json"));
        const int status = RunCommand({"fit", "--votes", file, "--classes", "3", "--method", method, "--balance", balance, "--summary", "json", "-o", Path("model.json")});
        if (status != 0) {
          EXPECT_TRUE(status == 2 || status == 3) << status;
          EXPECT_FALSE(std::filesystem::exists(Path("model.json")));
          continue;
        }
        ++fitted;
        EXPECT_EQ(Read("model.json").find("nan"), std::string::npos);
        ASSERT_EQ(RunCommand({"label", "--votes", file, "--model-file", Path("model.json"), "-o", Path("labels.csv"), "--tie", "split"}), 0);
        std::istringstream lines(Read("labels.csv"));
        std::string line, cell;
        std::getline(lines, line);
        size_t labeled = 0;
        while (std::getline(lines, line)) {
          std::istringstream cells(line);
          double sum = 0;
          for (int column = 0; std::getline(cells, cell, ','); ++column) {
            if (column < 3 || column > 5) continue;
            const double p = std::stod(cell);
            EXPECT_TRUE(p >= 0 && p <= 1) << line;
            sum += p;
          }
          EXPECT_NEAR(sum, 1, 1e-9) << line;
          ++labeled;
        }
        EXPECT_EQ(labeled, rows);
      }
    }
  }
  EXPECT_GT(fitted, 150u);
  // Majority, weighted, auto and specificity take any votes.
  for (const char* method : {"auto", "majority", "weighted", "specificity"}) {
    EXPECT_EQ(RunCommand({"fit", "--votes", Write("none.csv", "a,b\n-1,-1\n"), "--classes", "2", "--method", method, "-o", Path("model.json")}), 0);
  }
  const std::string two = Write("two.csv", "a,b\n0,1\n1,1\n");
  for (const char* wrong : {"0,0", "nan,1", "-1,2", "1", "inf,1"}) {
    EXPECT_EQ(RunCommand({"fit", "--votes", two, "--classes", "2", "--balance", wrong, "-o", Path("model.json")}), 2) << wrong;
  }
  for (const char* wrong : {"a,b\nnan,1\n1,1\n", "a,b\n2,1\n1,1\n", "a,b\n-0.5,1\n1,1\n", "a,b\n1,1\n"}) {
    EXPECT_EQ(RunCommand({"fit", "--votes", two, "--classes", "2", "--confidences", Write("c.csv", wrong), "-o", Path("model.json")}), 3) << wrong;
  }
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

// SourceStore: reading, repairing, finding places.
#include "compiler/source/source_store.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace assay {
namespace {

class TemporaryFolder {
 public:
  TemporaryFolder() : path_(std::filesystem::temp_directory_path() / ("assay_source_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string Write(const std::string& name, std::string_view text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(SourceStore, LinesAndColumnsCountFromOneInCodePoints) {
  SourceStore sources;
  const FileId file = sources.AddVirtual("a.lf", "ab\nç漢x\n");
  EXPECT_EQ(sources.Locate(file, 0), (SourceLocation{1, 1}));
  EXPECT_EQ(sources.Locate(file, 2), (SourceLocation{1, 3}));  // the line break belongs to its line
  EXPECT_EQ(sources.Locate(file, 3), (SourceLocation{2, 1}));
  EXPECT_EQ(sources.Locate(file, 8), (SourceLocation{2, 3}));  // behind two and three bytes
  EXPECT_EQ(sources.Locate(file, 10), (SourceLocation{3, 1}));
  EXPECT_EQ(sources.Locate(file, 1000), (SourceLocation{3, 1}));
  EXPECT_EQ(sources.Describe({file, 8, 9}), "a.lf:2:3");
}

TEST(SourceStore, LinesComeWithoutTheirLineBreaks) {
  SourceStore sources;
  const FileId file = sources.AddVirtual("a.lf", "one\r\ntwo\n\nfour");
  ASSERT_EQ(sources.LineCount(file), 4u);
  EXPECT_EQ(sources.Line(file, 1), "one");
  EXPECT_EQ(sources.Line(file, 2), "two");
  EXPECT_EQ(sources.Line(file, 3), "");
  EXPECT_EQ(sources.Line(file, 4), "four");
}

TEST(SourceStore, AByteOrderMarkIsNotText) {
  SourceStore sources;
  const FileId file = sources.AddVirtual("a.lf", "\xEF\xBB\xBFlf");
  EXPECT_EQ(sources.Text(file), "lf");
  EXPECT_FALSE(sources.FirstInvalidByte(file).has_value());
}

TEST(SourceStore, BytesThatAreNotUtf8AreReplacedAndTheFirstIsKnown) {
  SourceStore sources;
  for (const std::string_view bad : {"\xff", "\xC0\xAF", "\xED\xA0\x80", "\xE2\x82", "\xF4\x90\x80\x80", "\x80"}) {
    const FileId file = sources.AddVirtual("a.lf", "ok " + std::string(bad) + "!");
    ASSERT_TRUE(sources.FirstInvalidByte(file).has_value());
    EXPECT_EQ(*sources.FirstInvalidByte(file), 3u);
    EXPECT_TRUE(sources.Text(file).starts_with("ok \uFFFD"));
    EXPECT_TRUE(sources.Text(file).ends_with("!"));
  }
  EXPECT_FALSE(sources.FirstInvalidByte(sources.AddVirtual("b.lf", "é漢🎈")).has_value());
}

TEST(SourceStore, WhatCannotBeReadSaysWhy) {
  const TemporaryFolder folder;
  SourceStore sources;
  const auto missing = sources.Load(folder.path() + "/none.lf");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().kind, ErrorKind::kData);
  EXPECT_EQ(missing.error().message, folder.path() + "/none.lf: no such file");
  const auto directory = sources.Load(folder.path());
  ASSERT_FALSE(directory.has_value());
  EXPECT_EQ(directory.error().message, folder.path() + ": is a directory, not a file");
  const auto large = sources.Load(folder.Write("large.lf", "0123456789"), 9);
  ASSERT_FALSE(large.has_value());
  EXPECT_NE(large.error().message.find("larger than the limit of 9 bytes"), std::string::npos);
}

TEST(SourceStore, ThePathReadTwiceIsOneFile) {
  const TemporaryFolder folder;
  SourceStore sources;
  const std::string path = folder.Write("a.lf", "text");
  const auto first = sources.Load(path);
  const auto second = sources.Load(path);
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(sources.Text(*first), "text");
  const auto empty = sources.Load(folder.Write("empty.lf", ""));
  ASSERT_TRUE(empty.has_value());
  EXPECT_EQ(sources.Text(*empty), "");
  EXPECT_EQ(sources.LineCount(*empty), 1u);
}

}  // namespace
}  // namespace assay

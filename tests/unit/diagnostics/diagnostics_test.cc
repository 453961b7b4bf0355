// Collecting, showing and mending.
#include <gtest/gtest.h>

#include <set>

#include "compiler/diagnostics/fixes.h"
#include "compiler/diagnostics/render.h"
#include "compiler/diagnostics/sink.h"

namespace assay {
namespace {

constexpr auto kError = DiagnosticKind::kUnexpectedToken;
constexpr auto kWarning = DiagnosticKind::kUnusedName;

TEST(DiagnosticKinds, CodesAndNamesAreUniqueAndFound) {
  std::set<std::string_view> seen;
  for (size_t i = 0; i < kDiagnosticKindCount; ++i) {
    const auto kind = static_cast<DiagnosticKind>(i);
    const DiagnosticInfo& info = InfoOf(kind);
    EXPECT_TRUE(seen.insert(info.code).second) << info.code << " is used twice";
    EXPECT_TRUE(seen.insert(info.name).second) << info.name << " is used twice";
    EXPECT_EQ(info.code.size(), 5u) << info.code;
    EXPECT_EQ(FindDiagnosticKind(info.code), kind);
    EXPECT_EQ(FindDiagnosticKind(info.name), kind);
  }
  EXPECT_EQ(FindDiagnosticKind("no_such_kind"), std::nullopt);
}

TEST(DiagnosticSink, SortsByPlaceAndDropsDuplicates) {
  SourceStore sources;
  const FileId file = sources.AddVirtual("a.lf", "abcdef");
  DiagnosticSink sink;
  sink.Report({kWarning, {file, 4, 5}, "later"});
  sink.Report({kError, {file, 1, 2}, "first"});
  sink.Report({kError, {file, 1, 2}, "first"});
  sink.Report({kError, {file, 4, 5}, "an error comes before a warning"});
  const auto summary = sink.Finish();
  ASSERT_EQ(summary.diagnostics.size(), 3u);
  EXPECT_EQ(summary.diagnostics[0].message, "first");
  EXPECT_EQ(summary.diagnostics[1].message, "an error comes before a warning");
  EXPECT_EQ(summary.diagnostics[2].message, "later");
  EXPECT_EQ(summary.errors, 2u);
  EXPECT_EQ(summary.warnings, 1u);
}

TEST(DiagnosticSink, CountsWhatIsBeyondTheLimitAndKeepsErrorsBeforeWarnings) {
  SourceStore sources;
  const FileId file = sources.AddVirtual("a.lf", "abcdef");
  DiagnosticSink sink(2);
  sink.Report({kWarning, {file, 0, 1}, "a"});
  sink.Report({kWarning, {file, 1, 2}, "b"});
  sink.Report({kError, {file, 2, 3}, "c"});
  EXPECT_TRUE(sink.full());
  const auto summary = sink.Finish();
  ASSERT_EQ(summary.diagnostics.size(), 2u);
  EXPECT_EQ(summary.diagnostics[1].message, "c");
  EXPECT_EQ(summary.omitted, 1u);
  EXPECT_NE(RenderAll(sources, summary, false, false).find("1 error, 1 warning, 1 more not shown"), std::string::npos);
}

TEST(DiagnosticSink, AllowSilencesOneWarningInOneDeclaration) {
  SourceStore sources;
  const FileId file = sources.AddVirtual("a.lf", "abcdef");
  DiagnosticSink sink;
  sink.Allow(kWarning, {file, 0, 3});
  sink.Report({kWarning, {file, 1, 2}, "inside"});
  sink.Report({kWarning, {file, 4, 5}, "outside"});
  sink.Report({kError, {file, 1, 2}, "an error"});
  const auto summary = sink.Finish();
  ASSERT_EQ(summary.diagnostics.size(), 2u);
  EXPECT_EQ(summary.diagnostics[1].message, "outside");
}

TEST(RenderText, UnderlinesTheExactPlaceAndShowsLabelsAndMends) {
  SourceStore sources;
  const FileId file = sources.AddVirtual("a.lf", "one\ntwo three\nfour\n");
  const Diagnostic d = Diagnostic(kError, {file, 8, 13}, "wrong").WithPrimaryLabel("here")
                           .WithLabel({file, 0, 3}, "because of this")
                           .WithNote("a note")
                           .WithFix("write `3`", {file, 8, 13}, "3");
  EXPECT_EQ(RenderText(sources, d, false),
            "error[E0102]: wrong\n"
            " --> a.lf:2:5\n"
            "  |\n"
            "1 | one\n"
            "  | --- because of this\n"
            "2 | two three\n"
            "  |     ^^^^^ here\n"
            "  = note: a note\n"
            "  = help: write `3`\n"
            "  |\n"
            "2 | two 3\n");
}

TEST(RenderText, UnderlinesAreExactUnderTabsWideAndCombiningCharacters) {
  SourceStore sources;
  const std::string line = "\t漢字e\u0301 x";
  const FileId file = sources.AddVirtual("a.lf", line);
  const auto begin = static_cast<uint32_t>(line.size() - 1);
  const std::string text = RenderText(sources, {kError, {file, begin, begin + 1}, "wrong"}, false);
  // A tab of four columns, two characters of two, one letter with its accent, a blank.
  EXPECT_NE(text.find("1 |     漢字e\u0301 x\n  |           ^\n"), std::string::npos) << text;
}

TEST(RenderText, PlacesAtTheEndOfAFileAndInEmptyFilesCanBeShown) {
  SourceStore sources;
  const FileId empty = sources.AddVirtual("empty.lf", "");
  EXPECT_NE(RenderText(sources, {kError, {empty, 0, 0}, "nothing"}, false).find("^"), std::string::npos);
  const FileId file = sources.AddVirtual("a.lf", "ab\ncd");
  EXPECT_NE(RenderText(sources, {kError, {file, 5, 5}, "end"}, false).find("2 | cd\n  |   ^"), std::string::npos);
  // A span over two lines is underlined to the end of the first.
  EXPECT_NE(RenderText(sources, {kError, {file, 1, 4}, "both"}, false).find("1 | ab\n  |  ^\n"), std::string::npos);
}

TEST(RenderText, ALongLineIsCutAroundItsMark) {
  SourceStore sources;
  const FileId file = sources.AddVirtual("a.lf", std::string(100'000, 'x') + "y" + std::string(100'000, 'z'));
  const std::string text = RenderText(sources, {kError, {file, 100'000, 100'001}, "wrong"}, false);
  EXPECT_LT(text.size(), 1000u);
  EXPECT_NE(text.find("xyz"), std::string::npos);
}

TEST(RenderText, ColourStandsOnlyWhereAskedFor) {
  SourceStore sources;
  const FileId file = sources.AddVirtual("a.lf", "ab");
  const Diagnostic d(kError, {file, 0, 1}, "wrong");
  EXPECT_EQ(RenderText(sources, d, false).find('\x1b'), std::string::npos);
  EXPECT_NE(RenderText(sources, d, true).find("\x1b[1;31m"), std::string::npos);
}

TEST(RenderJson, IsOneLineWithEverything) {
  SourceStore sources;
  const FileId file = sources.AddVirtual("a\"b.lf", "é one\n");
  const Diagnostic d = Diagnostic(kError, {file, 3, 6}, "say \"one\"\tonce").WithFix("two", {file, 3, 6}, "two");
  EXPECT_EQ(RenderJson(sources, d),
            "{\"severity\":\"error\",\"code\":\"E0102\",\"name\":\"unexpected_token\",\"message\":\"say \\\"one\\\"\\tonce\","
            "\"file\":\"a\\\"b.lf\",\"line\":1,\"column\":3,\"end_line\":1,\"end_column\":6,\"begin\":3,\"end\":6,\"label\":\"\","
            "\"labels\":[],\"notes\":[],\"fixes\":[{\"text\":\"two\",\"edits\":[{\"file\":\"a\\\"b.lf\",\"line\":1,\"column\":3,"
            "\"end_line\":1,\"end_column\":6,\"begin\":3,\"end\":6,\"replacement\":\"two\"}]}]}\n");
}

TEST(ApplyFixes, AppliesWhatDoesNotOverlapInAnyOrder) {
  SourceStore sources;
  const FileId file = sources.AddVirtual("a.lf", "a = b && c");
  const std::vector<Diagnostic> all = {
      Diagnostic(kError, {file, 6, 8}, "").WithFix("", {file, 6, 8}, "and"),
      Diagnostic(kError, {file, 2, 3}, "").WithFix("", {file, 2, 3}, "=="),
      Diagnostic(kError, {file, 2, 8}, "overlaps").WithFix("", {file, 2, 8}, "?"),
      Diagnostic(kError, {file, 0, 1}, "no mend"),
  };
  const auto fixed = ApplyFixes(sources, all);
  ASSERT_EQ(fixed.size(), 1u);
  EXPECT_EQ(fixed[0].text, "a == b and c");
  EXPECT_EQ(fixed[0].applied, 2u);
}

}  // namespace
}  // namespace assay

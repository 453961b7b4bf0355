#include <gtest/gtest.h>

#include "compiler/diagnostics/render.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/program.h"
#include "compiler/driver/reference_runner.h"
#include "runtime/batch/builders.h"

namespace assay {
namespace {

constexpr std::string_view kRules =
    "labels Spam { HAM, SPAM }\n"
    "schema Row { text: string  likes: int? }\n"
    "param limit: int = 3\n"
    "lf advert -> SPAM when text contains \"subscribe\"\n"
    "lf liked  -> HAM  when likes > limit\n"
    "slice short when len(text) < 5\n";

Compilation Compiled(std::string_view text, CompileOptions options = {}) {
  Result<Compilation> result = CompileText("rules.lf", text, options);
  EXPECT_TRUE(result.has_value());
  EXPECT_TRUE(result->ok()) << RenderAll(*result->sources, result->diagnostics, false, false);
  return std::move(*result);
}

Batch Rows(size_t rows) {
  auto memory = std::make_shared<BatchMemory>();
  ColumnBuilder text(ColumnLayout::kString);
  ColumnBuilder likes(ColumnLayout::kInt64);
  for (size_t r = 0; r < rows; ++r) {
    text.AppendString(r % 3 == 0 ? "please subscribe" : r % 3 == 1 ? "hi" : "a fine song");
    if (r % 5 == 0) {
      likes.AppendNull();
    } else {
      likes.AppendInt(static_cast<int64_t>(r % 7));
    }
  }
  Batch batch;
  batch.rows = rows;
  batch.columns = {text.Finish(*memory), likes.Finish(*memory)};
  batch.owner = memory;
  return batch;
}

BatchVotes VotesBy(const Compilation& compilation, EngineChoice engine, uint32_t threads, const Batch& batch) {
  ProgramOptions options;
  options.engine = engine;
  options.threads = threads;
  auto program = Program::Create(compilation, options);
  EXPECT_TRUE(program.has_value());
  auto votes = (*program)->Run(batch);
  EXPECT_TRUE(votes.has_value()) << (votes ? "" : votes.error().message);
  return std::move(*votes);
}

void ExpectEqualPlanes(const VotePlanes& a, const VotePlanes& b) {
  ASSERT_EQ(a.planes(), b.planes());
  ASSERT_EQ(a.rows(), b.rows());
  for (size_t p = 0; p < a.planes(); ++p) {
    for (size_t w = 0; w < a.words(); ++w) ASSERT_EQ(a.plane(p)[w], b.plane(p)[w]) << "plane " << p << ", word " << w;
  }
}

TEST(Driver, VotesDoNotDependOnEngineOrThreads) {
  const Compilation compilation = Compiled(kRules);
  for (const size_t rows : {size_t{0}, size_t{1}, size_t{63}, size_t{64}, size_t{65}, size_t{2049}, size_t{5000}}) {
    const Batch batch = Rows(rows);
    const BatchVotes one = VotesBy(compilation, EngineChoice::kReference, 1, batch);
    for (const EngineChoice engine : {EngineChoice::kReference, EngineChoice::kJit, EngineChoice::kAuto}) {
      for (const uint32_t threads : {1u, 3u}) {
        const BatchVotes other = VotesBy(compilation, engine, threads, batch);
        ASSERT_EQ(one.tasks.size(), other.tasks.size());
        ExpectEqualPlanes(one.tasks[0], other.tasks[0]);
        ExpectEqualPlanes(one.slices, other.slices);
      }
    }
  }
}

TEST(Driver, ParametersAreSetByTheHost) {
  CompileOptions options;
  options.params = {{"limit", "100"}};
  const Compilation compilation = Compiled(kRules, options);
  const BatchVotes votes = VotesBy(compilation, EngineChoice::kReference, 1, Rows(64));
  EXPECT_NE(votes.tasks[0].plane(0)[0], 0u);
  EXPECT_EQ(votes.tasks[0].plane(1)[0], 0u);
}

TEST(Driver, AParameterThatDoesNotExistIsAUsageErrorThatListsThem) {
  CompileOptions options;
  options.params = {{"limits", "1"}};
  const auto result = CompileText("rules.lf", kRules, options);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::kUsage);
  EXPECT_NE(result.error().message.find("limit"), std::string::npos);
}

TEST(Driver, AParameterTakesOnlyValuesOfItsType) {
  CompileOptions options;
  options.params = {{"limit", "many"}};
  const auto result = CompileText("rules.lf", kRules, options);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::kUsage);
}

TEST(Driver, AnUnknownTaskIsAUsageErrorThatListsThem) {
  const Compilation compilation = Compiled(kRules);
  ProgramOptions options;
  options.task = "Topic";
  const auto program = Program::Create(compilation, options);
  ASSERT_FALSE(program.has_value());
  EXPECT_EQ(program.error().kind, ErrorKind::kUsage);
  EXPECT_NE(program.error().message.find("Spam"), std::string::npos);
}

TEST(Driver, RulesWithErrorsHaveDiagnosticsAndNoGraph) {
  const auto result = CompileText("rules.lf", "labels S { A, B }\nlf a -> A when txet contains \"x\"\n", {});
  ASSERT_TRUE(result.has_value());
  EXPECT_FALSE(result->ok());
  EXPECT_EQ(result->graph, nullptr);
  EXPECT_GT(result->diagnostics.errors, 0u);
}

TEST(Driver, AMissingFileIsADataError) {
  const auto result = Compile("no/such/rules.lf", {});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::kData);
}

TEST(Driver, BadRowsAbstainInEveryPartOfABatch) {
  const Compilation compilation = Compiled(kRules);
  Batch batch = Rows(3000);
  batch.bad_rows.assign((batch.rows + 63) / 64, 0);
  batch.bad_rows[0] = 1;
  batch.bad_rows[2000 / 64] |= uint64_t{1} << (2000 % 64);
  for (const EngineChoice engine : {EngineChoice::kReference, EngineChoice::kJit}) {
    const BatchVotes votes = VotesBy(compilation, engine, 2, batch);
    for (const size_t row : {size_t{0}, size_t{2000}}) {
      for (size_t p = 0; p < votes.tasks[0].planes(); ++p) EXPECT_FALSE(votes.tasks[0].Get(p, row));
    }
  }
}

}  // namespace
}  // namespace assay

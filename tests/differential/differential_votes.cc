// Random graphs and random programs, evaluated by the reference evaluator as written, after the passes, and as compiled code
// with one and two threads: every vote is the same bit. A failure prints the seed, a program made as small as it still
// fails, and one row.
//
//   ASSAY_DIFFERENTIAL_SEED=7 ASSAY_DIFFERENTIAL_COUNT=5000 differential_votes
//
// COUNT is the number of graphs, and of programs; the default takes some twenty seconds.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>

#include "compare.h"
#include "compiler/driver/compile.h"
#include "compiler/passes/passes.h"
#include "random_batch.h"
#include "random_graph.h"
#include "random_program.h"
#include "votes.h"

namespace assay::differential {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}
uint64_t FirstSeed() { return FromEnvironment("ASSAY_DIFFERENTIAL_SEED", 1); }
uint64_t Count(uint64_t otherwise) { return FromEnvironment("ASSAY_DIFFERENTIAL_COUNT", otherwise); }

// Edges of words and blocks, now and then; mostly few rows, so that many programs are tried.
size_t RandomRows(RandomSource& random) {
  constexpr size_t kEdges[] = {0, 1, 63, 64, 65, 127, 2047, 2048, 2049};
  if (random.Chance(0.2)) return random.Pick(kEdges);
  return 1 + random.Below(150);
}

// What is wrong with the ways of running `written`; empty where they agree.
std::string Disagreement(const RuleGraph& written, const RuleGraph& optimized, const Batch& batch) {
  if (const Status sound = Verify(optimized); !sound) return "the passes made a broken graph: " + sound.error().message;
  const Result<Votes> expected = ReferenceVotes(written, batch);
  if (!expected) return "the reference fails: " + expected.error().message;
  const auto describe = [&](std::string_view way, const VoteDifference& d) {
    return fmt::format("{} {} of plane {} is {} in row {} and should be {}", way, d.slice ? "slice" : "vote", d.plane, !d.expected, d.row, d.expected);
  };
  const Result<Votes> passed = ReferenceVotes(optimized, batch);
  if (!passed) return "the reference fails after the passes: " + passed.error().message;
  if (const auto d = CompareVotes(*expected, *passed)) return describe("after the passes a", *d);
  const std::vector<unsigned> threads = {1, 2};
  for (const RuleGraph* graph : {&optimized, &written}) {
    const Result<std::vector<Votes>> compiled = CompiledVotes(*graph, batch, graph == &optimized ? threads : std::vector<unsigned>{1});
    const std::string_view of = graph == &optimized ? "" : " of the graph as written";
    if (!compiled) return fmt::format("compiled code{} fails: {}", of, compiled.error().message);
    for (size_t i = 0; i < compiled->size(); ++i) {
      if (const auto d = CompareVotes(*expected, (*compiled)[i])) {
        return describe(fmt::format("compiled with {} threads{}, a", threads[i], of), *d);
      }
    }
  }
  return "";
}

std::string OptimizeAndCompare(const RuleGraph& graph, const Batch& batch) {
  const auto optimized = CopyGraph(graph);
  Optimize(*optimized);
  BindParams(*optimized);
  return Disagreement(graph, *optimized, batch);
}

TEST(Differential, RandomGraphsVoteAlikeHoweverTheyRun) {
  const uint64_t count = Count(60);
  for (uint64_t seed = FirstSeed(); seed < FirstSeed() + count; ++seed) {
    RandomSource random(seed);
    const auto graph = RandomGraph(random);
    const Batch batch = RandomBatch(RandomRows(random), random);
    const std::string wrong = OptimizeAndCompare(*graph, batch);
    if (wrong.empty()) continue;
    // The root that is wrong, alone and as small as it still is.
    for (const Rule& rule : graph->rules) {
      for (const Branch& branch : rule.branches) {
        const auto fails = [&](const RuleGraph& small) { return !OptimizeAndCompare(small, batch).empty(); };
        const auto small = Shrink(*graph, branch.fires, fails);
        if (!fails(*small)) continue;
        FAIL() << "seed " << seed << ": " << wrong << "\nsmall: " << OptimizeAndCompare(*small, batch) << "\n" << Print(*small);
      }
    }
    FAIL() << "seed " << seed << ": " << wrong << "\n" << Print(*graph);
  }
}

// What is wrong with a program; empty where the engines agree, or where it does not compile.
std::string ProgramDisagreement(const std::string& source, const Batch& batch, bool& compiles) {
  const Result<Compilation> compilation = CompileText("random.lf", source, {});
  compiles = compilation.has_value() && compilation->ok();
  if (!compiles) return "";
  return Disagreement(*compilation->graph, *compilation->optimized, batch);
}

TEST(Differential, RandomProgramsVoteAlikeHoweverTheyRun) {
  const uint64_t count = Count(60);
  uint64_t refused = 0;
  std::string first_refused;
  for (uint64_t seed = FirstSeed(); seed < FirstSeed() + count; ++seed) {
    RandomSource random(seed);
    std::vector<std::string> program = RandomProgram(random);
    const Batch batch = RandomBatch(RandomRows(random), random);
    bool compiles = false;
    const std::string wrong = ProgramDisagreement(JoinProgram(program), batch, compiles);
    if (!compiles) {
      ++refused;
      const Result<Compilation> compilation = CompileText("random.lf", JoinProgram(program), {});
      if (first_refused.empty()) {
        first_refused = fmt::format("seed {}: ", seed);
        if (!compilation) {
          first_refused += compilation.error().message;
        } else {
          for (const Diagnostic& d : compilation->diagnostics.diagnostics) {
            if (d.severity() != Severity::kError) continue;
            const std::string source = JoinProgram(program);
            first_refused += fmt::format("{} at `{}`\n", d.message, source.substr(d.span.begin, d.span.end - d.span.begin));
          }
        }
      }
      continue;
    }
    if (wrong.empty()) continue;
    // Without the declarations that it fails without.
    for (size_t i = program.size(); i-- > 2;) {
      std::vector<std::string> fewer = program;
      fewer.erase(fewer.begin() + static_cast<ptrdiff_t>(i));
      if (!ProgramDisagreement(JoinProgram(fewer), batch, compiles).empty()) program = std::move(fewer);
    }
    const std::string still = ProgramDisagreement(JoinProgram(program), batch, compiles);
    const size_t at = still.find(" in row ");
    const size_t row = at == std::string::npos ? 0 : std::strtoull(still.c_str() + at + 8, nullptr, 10);
    FAIL() << "seed " << seed << ": " << still << "\n" << JoinProgram(program) << (batch.rows > row ? PrintRow(batch, row) : "");
  }
  // Random programs are well-typed by construction, but a constant may come out as null, which the checker refuses.
  EXPECT_LE(refused * 10, count) << refused << " of " << count << " programs were refused; the first: " << first_refused;
}

}  // namespace
}  // namespace assay::differential

// What it is worth to scan equal texts once a batch, and what it costs to find that none are equal: a program of rules over texts
// of which each comes 1 to 16 times in a batch of 65,536 rows, in random order, in a plain column, with looking for equal texts as the engine
// does it, always and never. Prints one JSON object; tests/bench/run reads it.
//
//   bench_repeats RULES TEXTS     RULES: a program over a field `text`; TEXTS: a text a line, at least 262,144 distinct ones
//
// `sample_ns`: of a batch that is asked whether its texts repeat, a row. Each other figure is the fastest of five passes over four batches by an engine that is new, of the thread's own time.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "compiler/codegen/codegen.h"
#include "compiler/driver/compile.h"
#include "compiler/planner/planner.h"
#include "runtime/batch/builders.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/repeats.h"

namespace {

using namespace assay;

constexpr size_t kRows = 65'536;
constexpr size_t kBatches = 4;

double OwnTime() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::vector<Batch> MakeBatches(const std::vector<std::string>& texts, size_t times) {
  std::mt19937 random(11);
  std::vector<Batch> batches(kBatches);
  for (size_t b = 0; b < kBatches; ++b) {
    std::vector<uint32_t> rows(kRows);
    for (size_t i = 0; i < kRows; ++i) rows[i] = static_cast<uint32_t>((b * kRows + i / times) % texts.size());
    std::shuffle(rows.begin(), rows.end(), random);
    const auto memory = std::make_shared<BatchMemory>();
    ColumnBuilder column(ColumnLayout::kString, false);
    for (const uint32_t row : rows) column.AppendString(texts[row]);
    batches[b].rows = kRows;
    batches[b].columns.push_back(column.Finish(*memory));
    batches[b].owner = memory;
  }
  return batches;
}

Result<double> Pass(const RuleGraph& graph, const std::vector<Batch>& batches, RepeatedTexts repeats, uint64_t& repeated) {
  ASSAY_ASSIGN_OR_RETURN(Plan plan, MakePlan(graph));
  ASSAY_ASSIGN_OR_RETURN(KernelTable kernels, CompileKernels(plan, graph));
  ASSAY_ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine, Engine::Create(graph, std::move(plan), std::move(kernels), {.threads = 1, .repeats = repeats}));
  const double begin = OwnTime();
  for (const Batch& batch : batches) ASSAY_RETURN_IF_ERROR(engine->Run(batch));
  const double seconds = OwnTime() - begin;
  repeated = engine->scan_figures().repeated_rows;
  return seconds;
}

Result<std::string> Measure(const char* rules, const char* file) {
  ASSAY_ASSIGN_OR_RETURN(Compilation compilation, Compile(rules, {}));
  if (!compilation.ok()) return Fail(ErrorKind::kRules, "the rules have errors");
  std::vector<std::string> texts;
  std::ifstream in(file, std::ios::binary);
  for (std::string line; std::getline(in, line);) texts.push_back(line);
  if (texts.size() < kRows * kBatches) return Fail(ErrorKind::kData, "too few texts");
  std::string out;
  for (const size_t times : {1, 2, 4, 16}) {
    const std::vector<Batch> batches = MakeBatches(texts, times);
    constexpr RepeatedTexts kModes[] = {RepeatedTexts::kNever, RepeatedTexts::kWhereItPays, RepeatedTexts::kAlways};
    double best[3] = {1e9, 1e9, 1e9};
    uint64_t repeated[3] = {};
    for (int round = 0; round < 5; ++round) {
      for (size_t mode = 0; mode < 3; ++mode) {
        ASSAY_ASSIGN_OR_RETURN(const double seconds, Pass(*compilation.optimized, batches, kModes[mode], repeated[mode]));
        best[mode] = std::min(best[mode], seconds);
      }
    }
    double sample = 0;
    for (const Batch& batch : batches) {
      const double begin = OwnTime();
      const size_t estimate = EstimateDistinctTexts(batch.columns[0], kRows);
      sample += OwnTime() - begin;
      if (estimate == 0) return Fail(ErrorKind::kInternal, "no text in the sample");
    }
    const auto nanoseconds = [&](size_t mode) { return best[mode] * 1e9 / (kRows * kBatches); };
    out += fmt::format("{}{{\"times\": {}, \"never_ns\": {:.1f}, \"here_ns\": {:.1f}, \"always_ns\": {:.1f}, \"sample_ns\": {:.2f}, \"repeated_rows\": {}}}", out.empty() ? "" : ", ",
                       times, nanoseconds(0), nanoseconds(1), nanoseconds(2), sample * 1e9 / (kRows * kBatches), repeated[1]);
  }
  return fmt::format("[{}]", out);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: bench_repeats RULES TEXTS\n");
    return 2;
  }
  const Result<std::string> figures = Measure(argv[1], argv[2]);
  if (!figures) {
    fmt::print(stderr, "bench: {}\n", figures.error().message);
    return 1;
  }
  fmt::print("{}\n", *figures);
  return 0;
}

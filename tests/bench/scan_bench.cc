// Times the scanner alone: patterns and texts from files, bits to memory.
//
//   scan_bench PATTERNS TEXTS [lanes] [threads] [budget in KiB] [passes] [plan: 0 or 1]
//
// PATTERNS: one pattern of Python's re a line, ignoring case. TEXTS: one a line. Prints JSON: rows, bytes, the seconds of the
// first (cold) pass with a new table and of the fastest later one (warm), searches, states, transitions, clears, rows
// confirmed, and a checksum of the bits, which no option changes.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "compiler/patterns/automaton.h"
#include "compiler/patterns/parse_regex.h"
#include "runtime/base/hash.h"
#include "runtime/scan/scanner.h"

namespace {

using Clock = std::chrono::steady_clock;

std::vector<std::string> LinesOf(const char* path) {
  std::vector<std::string> lines;
  std::ifstream in(path, std::ios::binary);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

constexpr size_t kBlock = 2048;
constexpr size_t kBlockWords = kBlock / 64;

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: scan_bench PATTERNS TEXTS [lanes] [threads] [budget in KiB] [passes] [plan: 0 or 1]\n");
    return 2;
  }
  const auto number = [&](int i, size_t otherwise) { return argc > i ? std::strtoull(argv[i], nullptr, 10) : otherwise; };
  const auto lanes = static_cast<unsigned>(number(3, 4));
  const size_t threads = number(4, 1);
  const size_t budget = number(5, 16 * 1024) * 1024;
  const size_t passes = number(6, 3);
  const bool plan = number(7, 1) != 0;
  const std::vector<std::string> lines = LinesOf(argv[2]);
  const std::vector<std::string_view> texts(lines.begin(), lines.end());

  const auto start = Clock::now();
  assay::scan::Scanner::Builder builder;
  size_t count = 0;
  for (const std::string& pattern : LinesOf(argv[1])) {
    const bool cased = pattern.starts_with("(?-i)");
    const auto tree = assay::patterns::ParseRegex(cased ? pattern.substr(5) : pattern, cased ? "" : "i");
    if (!tree) {
      fmt::print(stderr, "{}: {}\n", pattern, tree.error().message);
      return 1;
    }
    const auto automata = assay::patterns::ToAutomata(*tree);
    count = std::max(count, builder.AddPattern(automata.automaton, automata.pieces) + size_t{1});
  }
  const assay::scan::Scanner scanner = std::move(builder).Build({.memory_budget = budget, .lanes = lanes, .plan = plan});
  const double build = std::chrono::duration<double>(Clock::now() - start).count();

  const size_t words = (texts.size() + 63) / 64;
  std::vector<std::vector<uint64_t>> planes(count, std::vector<uint64_t>(words));
  std::vector<assay::scan::ScannerScratch> scratch(threads);
  uint64_t bytes = 0;
  for (std::string_view text : texts) bytes += text.size();
  double cold = 0;
  double warm = 1e9;
  for (size_t pass = 0; pass < passes; ++pass) {
    const auto from = Clock::now();
    std::atomic<size_t> next = 0;
    const auto work = [&](size_t thread) {
      // As the engine does: bits of a block in memory of the thread, then to where they are wanted.
      std::vector<uint64_t> block_planes(count * kBlockWords);
      std::vector<uint64_t*> at(count);
      for (size_t s = 0; s < count; ++s) at[s] = block_planes.data() + s * kBlockWords;
      for (size_t block = next++; block * kBlock < texts.size(); block = next++) {
        const size_t rows = std::min(kBlock, texts.size() - block * kBlock);
        scanner.Scan(std::span(texts).subspan(block * kBlock, rows), nullptr, at.data(), scratch[thread]);
        for (size_t s = 0; s < count; ++s) std::copy_n(at[s], (rows + 63) / 64, planes[s].data() + block * kBlockWords);
      }
    };
    std::vector<std::jthread> pool;
    for (size_t t = 1; t < threads; ++t) pool.emplace_back(work, t);
    work(0);
    pool.clear();
    const double seconds = std::chrono::duration<double>(Clock::now() - from).count();
    if (pass == 0) {
      cold = seconds;
    } else {
      warm = std::min(warm, seconds);
    }
  }
  assay::scan::ScanStatistics statistics;
  for (const auto& s : scratch) statistics += s.statistics();
  assay::Hasher hasher;
  for (const auto& plane : planes) {
    for (uint64_t word : plane) hasher.Add(word);
  }
  fmt::print(
      "{{\"rows\": {}, \"bytes\": {}, \"searches\": {}, \"build_s\": {:.4f}, \"cold_s\": {:.5f}, \"warm_s\": {:.5f}, \"cold_rows_per_s\": {:.0f}, "
      "\"warm_rows_per_s\": {:.0f}, \"states\": {}, \"transitions\": {}, \"clears\": {}, \"confirmed\": {}, \"confirmed_rows\": {}, "
      "\"simulated\": {}, \"bits\": \"{}\"}}\n",
      texts.size(), bytes, count, build, cold, warm, static_cast<double>(texts.size()) / cold, static_cast<double>(texts.size()) / warm,
      statistics.states, statistics.transitions, statistics.clears, scanner.taken_out().size(), statistics.confirmed_rows,
      statistics.simulated, assay::ToHex(hasher.Finish()));
}

// Times the scanner alone: patterns and texts from files, bits to memory.
//
//   bench_scan PATTERNS TEXTS [lanes] [threads] [budget in KiB] [passes] [plan: 0 or 1]
//
// PATTERNS: one pattern of Python's re a line, ignoring case unless it begins with (?-i). TEXTS: one a line. Prints JSON: rows,
// bytes, the seconds to build, of the first (cold) pass with a new table and of the fastest later one (warm), searches, hits,
// states, transitions, clears, rows confirmed, memory in bytes, and a checksum of the bits, which no option changes.
//
// `*_s` are seconds of the threads' own time divided by their number, so that a busy machine matters less; `*_wall_s` are a
// clock's. `memory` is what the process has grown by since texts and patterns were read: automata, tables, bits.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "compiler/patterns/automaton.h"
#include "compiler/patterns/parse_regex.h"
#include "runtime/base/hash.h"
#include "runtime/scan/scanner.h"

namespace {

double Wall() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double OwnTime() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::vector<std::string> LinesOf(const char* path) {
  std::vector<std::string> lines;
  std::ifstream in(path, std::ios::binary);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

uint64_t ResidentBytes() {
  std::ifstream in("/proc/self/statm");
  uint64_t size = 0, resident = 0;
  in >> size >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

// Of this program alone: what getrusage says is not less than what the process was before it became this program.
uint64_t MaxResidentBytes() {
  std::ifstream in("/proc/self/status");
  for (std::string word; in >> word;) {
    uint64_t kibibytes = 0;
    if (word == "VmHWM:" && in >> kibibytes) return kibibytes * 1024;
  }
  return 0;
}

struct Times {
  double own = 1e9;
  double wall = 1e9;
};

constexpr size_t kBlock = 2048;
constexpr size_t kBlockWords = kBlock / 64;

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: bench_scan PATTERNS TEXTS [lanes] [threads] [budget in KiB] [passes] [plan: 0 or 1]\n");
    return 2;
  }
  const auto number = [&](int i, size_t otherwise) { return argc > i ? std::strtoull(argv[i], nullptr, 10) : otherwise; };
  const auto lanes = static_cast<unsigned>(number(3, 4));
  const size_t threads = number(4, 1);
  const size_t budget = number(5, 16 * 1024) * 1024;
  const size_t passes = number(6, 3);
  const bool plan = number(7, 1) != 0;
  const std::vector<std::string> patterns = LinesOf(argv[1]);
  const std::vector<std::string> lines = LinesOf(argv[2]);
  const std::vector<std::string_view> texts(lines.begin(), lines.end());
  const uint64_t resident = ResidentBytes();

  const double start = OwnTime();
  assay::scan::Scanner::Builder builder;
  std::vector<uint32_t> search_of;  // by pattern: those that mean the same share a search
  size_t count = 0;
  for (const std::string& pattern : patterns) {
    const bool cased = pattern.starts_with("(?-i)");
    const auto tree = assay::patterns::ParseRegex(cased ? pattern.substr(5) : pattern, cased ? "" : "i");
    if (!tree) {
      fmt::print(stderr, "{}: {}\n", pattern, tree.error().message);
      return 1;
    }
    const auto automata = assay::patterns::ToAutomata(*tree);
    search_of.push_back(builder.AddPattern(automata.automaton, automata.pieces));
    count = std::max(count, search_of.back() + size_t{1});
  }
  const assay::scan::Scanner scanner = std::move(builder).Build({.memory_budget = budget, .lanes = lanes, .plan = plan});
  const double build = OwnTime() - start;

  const size_t words = (texts.size() + 63) / 64;
  std::vector<std::vector<uint64_t>> planes(count, std::vector<uint64_t>(words));
  std::vector<assay::scan::ScannerScratch> scratch(threads);
  uint64_t bytes = 0;
  for (std::string_view text : texts) bytes += text.size();
  Times cold, warm;
  for (size_t pass = 0; pass < passes; ++pass) {
    std::vector<double> own(threads);
    std::atomic<size_t> next = 0;
    const auto work = [&](size_t thread) {
      const double from = OwnTime();
      // As the engine does: bits of a block in memory of the thread, then to where they are wanted.
      std::vector<uint64_t> block_planes(count * kBlockWords);
      std::vector<uint64_t*> at(count);
      for (size_t s = 0; s < count; ++s) at[s] = block_planes.data() + s * kBlockWords;
      for (size_t block = next++; block * kBlock < texts.size(); block = next++) {
        const size_t rows = std::min(kBlock, texts.size() - block * kBlock);
        scanner.Scan(std::span(texts).subspan(block * kBlock, rows), nullptr, at.data(), scratch[thread]);
        for (size_t s = 0; s < count; ++s) std::copy_n(at[s], (rows + 63) / 64, planes[s].data() + block * kBlockWords);
      }
      own[thread] = OwnTime() - from;
    };
    const double from = Wall();
    {
      std::vector<std::jthread> pool;
      for (size_t t = 1; t < threads; ++t) pool.emplace_back(work, t);
      work(0);
    }
    const double wall = Wall() - from;
    double mean = 0;
    for (double seconds : own) mean += seconds / static_cast<double>(threads);
    Times& times = pass == 0 ? cold : warm;
    times.own = std::min(times.own, mean);
    times.wall = std::min(times.wall, wall);
  }
  const uint64_t most = MaxResidentBytes();
  assay::scan::ScanStatistics statistics;
  for (const auto& s : scratch) statistics += s.statistics();
  assay::Hasher hasher;
  for (const auto& plane : planes) {
    for (uint64_t word : plane) hasher.Add(word);
  }
  uint64_t hits = 0;
  for (uint32_t search : search_of) {
    for (uint64_t word : planes[search]) hits += static_cast<uint64_t>(std::popcount(word));
  }
  fmt::print(
      "{{\"rows\": {}, \"bytes\": {}, \"searches\": {}, \"hits\": {}, \"build_s\": {:.4f}, \"cold_s\": {:.5f}, \"warm_s\": {:.5f}, "
      "\"cold_wall_s\": {:.5f}, \"warm_wall_s\": {:.5f}, \"states\": {}, \"transitions\": {}, \"clears\": {}, \"confirmed\": {}, "
      "\"confirmed_rows\": {}, \"matched_rows\": {}, \"simulated\": {}, \"memory\": {}, \"max_resident\": {}, \"bits\": \"{}\"}}\n",
      texts.size(), bytes, count, hits, build, cold.own, warm.own, cold.wall, warm.wall, statistics.states, statistics.transitions,
      statistics.clears, scanner.taken_out().size(), statistics.confirmed_rows, statistics.matched_rows, statistics.simulated,
      most > resident ? most - resident : 0, most, assay::ToHex(hasher.Finish()));
}

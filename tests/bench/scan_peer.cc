// The peer of the scan: Vectorscan (or Hyperscan) as a person would write it by hand for speed, a bit a (pattern, text).
// Compiled by tests/bench/run where the library is installed.
//
//   scan_peer PATTERNS TEXTS [chunk]     chunk 0: text by text; else texts in chunks of so many bytes, newlines between them
//
// Same files as bench_scan. Patterns are over bytes and ASCII, which is fastest. In chunks a pattern must not be able to match
// a newline. Prints JSON: rows, hits, compile_s, scan_s (the fastest of three), seconds of this thread's own time.
#include <hs.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

namespace {

double Now() {
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

// Matches come in the order of their ends, so the row that has one is never before that of the last.
struct Found {
  std::vector<std::vector<uint64_t>>& planes;
  const std::vector<size_t>& ends;  // of the rows, from the beginning of all texts, without the newline
  size_t offset = 0;                // where what is scanned begins
  size_t row = 0;

  static int Add(unsigned pattern, unsigned long long, unsigned long long to, unsigned, void* context) {
    auto& found = *static_cast<Found*>(context);
    const size_t end = found.offset + to;
    while (found.ends[found.row] < end) ++found.row;
    found.planes[pattern][found.row / 64] |= uint64_t{1} << (found.row % 64);
    return 0;
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const size_t chunk = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 0;
  const std::vector<std::string> patterns = LinesOf(argv[1]);
  std::string all;
  std::vector<size_t> begins, ends;
  for (const std::string& line : LinesOf(argv[2])) {
    begins.push_back(all.size());
    all += line;
    ends.push_back(all.size());
    all += '\n';
  }

  const double start = Now();
  std::vector<const char*> expressions;
  for (const std::string& pattern : patterns) expressions.push_back(pattern.c_str());
  // SINGLEMATCH would be once a chunk.
  const std::vector<unsigned> flags(patterns.size(), HS_FLAG_CASELESS | (chunk ? HS_FLAG_MULTILINE : HS_FLAG_SINGLEMATCH));
  std::vector<unsigned> ids(patterns.size());
  for (unsigned i = 0; i < ids.size(); ++i) ids[i] = i;
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(expressions.data(), flags.data(), ids.data(), static_cast<unsigned>(patterns.size()), HS_MODE_BLOCK, nullptr, &database,
                       &error) != HS_SUCCESS) {
    std::fprintf(stderr, "scan_peer: %s\n", error->message);
    return 1;
  }
  hs_scratch_t* scratch = nullptr;
  if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) return 1;
  const double compile = Now() - start;

  double best = 1e9;
  std::vector<std::vector<uint64_t>> planes(patterns.size(), std::vector<uint64_t>((begins.size() + 63) / 64));
  for (int pass = 0; pass < 3; ++pass) {
    for (auto& plane : planes) std::fill(plane.begin(), plane.end(), 0);
    const double from = Now();
    Found found{planes, ends};
    for (size_t row = 0; row < begins.size();) {
      size_t behind = row + 1;
      while (behind < begins.size() && ends[behind] - begins[row] <= chunk) ++behind;
      found.offset = begins[row];
      found.row = row;
      if (hs_scan(database, all.data() + begins[row], static_cast<unsigned>(ends[behind - 1] - begins[row]), 0, scratch, Found::Add, &found) !=
          HS_SUCCESS) {
        return 1;
      }
      row = behind;
    }
    best = std::min(best, Now() - from);
  }
  uint64_t hits = 0;
  for (const auto& plane : planes) {
    for (uint64_t word : plane) hits += static_cast<uint64_t>(__builtin_popcountll(word));
  }
  std::printf("{\"rows\": %zu, \"hits\": %llu, \"compile_s\": %.4f, \"scan_s\": %.5f}\n", begins.size(), static_cast<unsigned long long>(hits), compile, best);
  hs_free_scratch(scratch);
  hs_free_database(database);
}

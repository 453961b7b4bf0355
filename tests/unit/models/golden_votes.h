// Votes and numbers of the folders of test data, for tests that compare with what packages computed.
#pragma once

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "runtime/io/gold_file.h"
#include "runtime/io/read_votes.h"
#include "runtime/votes/patterns.h"
#include "runtime/votes/vote_matrix.h"

namespace assay::golden {

inline std::string Folder(const char* variable, const char* fallback) {
  const char* given = std::getenv(variable);
  return given != nullptr ? given : fallback;
}
inline std::string Golden() { return Folder("ASSAY_GOLDEN", "../shared/golden"); }
inline std::string Data() { return Folder("ASSAY_DATA", "../shared/data"); }

#define ASSAY_SKIP_WITHOUT(folder)                                                                            \
  if (!std::filesystem::exists(folder)) {                                                                     \
    GTEST_SKIP() << folder << " is absent (set ASSAY_GOLDEN and ASSAY_DATA to the folders of the test data)"; \
  }

inline double Number(simdjson::dom::element e) {
  std::string_view text;
  if (e.get(text) == simdjson::SUCCESS) return text == "NaN" ? std::nan("") : text == "Infinity" ? INFINITY : -INFINITY;
  return e.get_double().value();
}

// A file of numbers that packages computed; the parser keeps what it holds. That it cannot be read fails the test.
inline simdjson::dom::element Open(simdjson::dom::parser& parser, const std::string& name) {
  return parser.load(Golden() + "/" + name).value();
}

struct Votes {
  VoteMatrix matrix;
  std::vector<int32_t> gold;  // -1: unknown
};

// A split of a set of WRENCH.
inline Votes Split(const std::string& set, const std::string& split) {
  std::string path = Data() + "/" + set + "/wrench/" + split + ".json";
  if (!std::filesystem::exists(path)) path = Data() + "/" + set + "/" + split + ".json";
  auto file = ReadVotes(path);
  EXPECT_TRUE(file.has_value()) << (file ? "" : file.error().message);
  return {file->matrix, file->gold};
}

// A matrix of the goldens, e.g. "d1". `map`: votes are -1 and +1 with 0 for abstaining, and become 0, 1 and -1.
inline Votes Matrix(const std::string& name, bool signs = false) {
  VoteMatrix matrix;
  std::ifstream in(Golden() + "/matrices/" + name + "_L.csv");
  EXPECT_TRUE(in.good()) << name;
  std::string line;
  while (std::getline(in, line)) {
    std::stringstream cells(line);
    std::string cell;
    while (std::getline(cells, cell, ',')) {
      const int vote = std::stoi(cell);
      matrix.votes.push_back(static_cast<int16_t>(!signs ? vote : vote == 0 ? -1 : vote > 0 ? 1 : 0));
    }
    ++matrix.rows;
  }
  for (size_t j = 0; j < matrix.votes.size() / std::max<size_t>(matrix.rows, 1); ++j) {
    matrix.rules.push_back("r" + std::to_string(j));
  }
  return {matrix, {}};
}

inline VoteMatrix Joined(VoteMatrix a, const VoteMatrix& b) {
  a.rows += b.rows;
  a.votes.insert(a.votes.end(), b.votes.begin(), b.votes.end());
  return a;
}

struct Patterns {
  PatternTable table;
  std::vector<uint32_t> of_row;
};

inline Patterns PatternsOf(const VoteMatrix& matrix, size_t classes) {
  const auto layout = LayoutOf(matrix, ClassList::Numbered(classes));
  EXPECT_TRUE(layout.has_value()) << (layout ? "" : layout.error().message);
  Patterns patterns{PatternTable(*layout), {}};
  patterns.table.Add(PlanesOf(matrix, *layout), &patterns.of_row);
  return patterns;
}

inline std::vector<int32_t> RowVotes(const VoteMatrix& matrix, size_t row) {
  return {matrix.row(row).begin(), matrix.row(row).end()};
}

}  // namespace assay::golden

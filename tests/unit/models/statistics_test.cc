// Counts of votes and of pairs of votes: right, additive, and the same in whatever order and way they are counted.
#include "runtime/models/statistics.h"

#include <gtest/gtest.h>

#include <random>

#include "runtime/models/label_model.h"
#include "runtime/votes/vote_matrix.h"

namespace assay {
namespace {

VoteMatrix RandomVotes(size_t rules, size_t rows, size_t classes, double density, uint32_t seed) {
  std::mt19937 random(seed);
  VoteMatrix matrix;
  matrix.rows = rows;
  for (size_t j = 0; j < rules; ++j) matrix.rules.push_back("r" + std::to_string(j));
  for (size_t i = 0; i < rules * rows; ++i) {
    const bool votes = static_cast<double>(random()) < density * 4294967296.0;
    matrix.votes.push_back(votes ? static_cast<int16_t>(random() % classes) : int16_t{-1});
  }
  return matrix;
}

VoteMatrix Part(const VoteMatrix& matrix, size_t first, size_t end) {
  VoteMatrix part{matrix.rules, end - first, {}};
  part.votes.assign(matrix.votes.begin() + static_cast<std::ptrdiff_t>(first * matrix.rules.size()),
                    matrix.votes.begin() + static_cast<std::ptrdiff_t>(end * matrix.rules.size()));
  return part;
}

PatternTable TableOf(const VoteMatrix& matrix, const VoteLayout& layout) {
  PatternTable table(layout);
  table.Add(PlanesOf(matrix, layout));
  return table;
}

TEST(VoteMoments, CountsWhatAPlainLoopCounts) {
  for (const auto& [rules, rows, classes, density] :
       {std::tuple<size_t, size_t, size_t, double>{7, 5000, 3, .4}, {40, 4097, 2, .5}, {120, 700, 5, .01}, {900, 300, 6, .01}, {3, 0, 2, 1}}) {
    const VoteMatrix matrix = RandomVotes(rules, rows, classes, density, 5);
    const VoteLayout layout = *LayoutOf(matrix, ClassList::Numbered(classes));
    VoteMoments planes(layout), patterns(layout);
    planes.Add(PlanesOf(matrix, layout));
    patterns.Add(TableOf(matrix, layout));
    EXPECT_EQ(planes.Columns(), patterns.Columns());
    EXPECT_EQ(planes.Pairs(), patterns.Pairs());
    EXPECT_EQ(planes.covered(), patterns.covered());
    EXPECT_EQ(planes.overlapped(), patterns.overlapped());
    EXPECT_EQ(planes.rows(), rows);
    std::mt19937 random(1);
    for (int tries = 0; tries < 300; ++tries) {
      const size_t a = random() % rules, b = random() % rules, u = random() % classes, v = random() % classes;
      uint64_t together = 0;
      for (size_t r = 0; r < rows; ++r) {
        together += matrix.row(r)[a] == static_cast<int>(u) && matrix.row(r)[b] == static_cast<int>(v) ? 1 : 0;
      }
      EXPECT_EQ(planes.Together(a, u, b, v), together);
    }
    uint64_t covered = 0, overlapped = 0;
    for (size_t r = 0; r < rows; ++r) {
      const auto votes = std::count_if(matrix.row(r).begin(), matrix.row(r).end(), [](int16_t v) { return v >= 0; });
      covered += votes >= 1 ? 1 : 0;
      overlapped += votes >= 2 ? 1 : 0;
    }
    EXPECT_EQ(planes.covered(), covered);
    EXPECT_EQ(planes.overlapped(), overlapped);
  }
}

TEST(VoteMoments, PartsWithLayoutsOfTheirOwnAddUpInAnyOrder) {
  for (const size_t rules : {size_t{6}, size_t{1500}}) {  // a triangle, and a table of pairs
    const VoteMatrix matrix = RandomVotes(rules, 640, 4, rules == 6 ? .2 : .004, 9);
    const VoteLayout layout = *LayoutOf(matrix, ClassList::Numbered(4));
    VoteMoments whole(layout);
    whole.Add(PlanesOf(matrix, layout));
    std::vector<VoteMoments> parts;
    for (size_t first = 0; first < matrix.rows; first += 10) {
      const VoteMatrix part = Part(matrix, first, first + 10);
      const VoteLayout own = *LayoutOf(part, ClassList::Numbered(4));
      parts.emplace_back(own);
      if (first % 20 == 0) {
        parts.back().Add(PlanesOf(part, own));
      } else {
        parts.back().Add(TableOf(part, own));
      }
    }
    std::shuffle(parts.begin(), parts.end(), std::mt19937(3));
    VoteMoments sum = parts[0];
    for (size_t i = 1; i < parts.size(); ++i) ASSERT_TRUE(sum.Merge(parts[i]).has_value());
    EXPECT_EQ(sum.Columns(), whole.Columns());
    EXPECT_EQ(sum.Pairs(), whole.Pairs());
    EXPECT_EQ(sum.ToJson(), whole.ToJson());
    const auto read = VoteMoments::FromJson(sum.ToJson(), "statistics.json");
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read->ToJson(), sum.ToJson());
  }
}

TEST(VoteMoments, VotesOfOtherRulesOrClassesAreNotAdded) {
  const VoteMatrix matrix = RandomVotes(3, 10, 2, .9, 1);
  VoteMatrix renamed = matrix;
  renamed.rules[1] = "else";
  VoteMoments moments(*LayoutOf(matrix, ClassList::Numbered(2)));
  const auto status = moments.Merge(VoteMoments(*LayoutOf(renamed, ClassList::Numbered(2))));
  ASSERT_FALSE(status.has_value());
  EXPECT_NE(status.error().message.find("rule 2 is r1 in some votes and else in others"), std::string::npos) << status.error().message;
  EXPECT_FALSE(moments.Merge(VoteMoments(*LayoutOf(matrix, ClassList::Numbered(3)))).has_value());
}

TEST(VoteMoments, WhatIsNoSavedStatisticsIsRefused) {
  for (const char* json : {"", "[]", "{}", R"({"format": "assay-vote-statistics-1"})",
                           R"({"format": "assay-vote-statistics-1", "classes": ["A","B"], "class_ids": [0,1], "rules": ["r"], "planes": [[0,0]], "rows": 2, "covered": 3, "overlapped": 0, "columns": [], "pairs": []})",
                           R"({"format": "assay-vote-statistics-1", "classes": ["A","B"], "class_ids": [0,1], "rules": ["r"], "planes": [[0,0]], "rows": 2, "covered": 2, "overlapped": 0, "columns": [[1,0,1]], "pairs": []})",
                           R"({"format": "assay-vote-statistics-1", "classes": ["A","B"], "class_ids": [0,1], "rules": ["r"], "planes": [[0,0]], "rows": 2, "covered": 2, "overlapped": 0, "columns": [[0,0,1]], "pairs": [[0,0,1]]})"}) {
    EXPECT_FALSE(VoteMoments::FromJson(json, "x.json").has_value()) << json;
  }
}

TEST(PatternTable, InCanonicalOrderItDoesNotShowHowRowsWereDivided) {
  const VoteMatrix matrix = RandomVotes(5, 640, 3, .5, 2);
  const VoteLayout layout = *LayoutOf(matrix, ClassList::Numbered(3));
  const PatternTable whole = TableOf(matrix, layout).Canonical();
  EXPECT_TRUE(whole.IsCanonical());
  std::vector<PatternTable> parts;
  for (size_t first = 0; first < matrix.rows; first += 10) {
    const VoteMatrix part = Part(matrix, first, first + 10);
    parts.push_back(TableOf(part, *LayoutOf(part, ClassList::Numbered(3))));
  }
  for (const uint32_t seed : {1u, 2u}) {
    std::shuffle(parts.begin(), parts.end(), std::mt19937(seed));
    PatternTable sum = parts[0];
    for (size_t i = 1; i < parts.size(); ++i) ASSERT_TRUE(sum.MergeAny(parts[i]).has_value());
    const PatternTable canonical = sum.Canonical();
    EXPECT_EQ(canonical.rows(), whole.rows());
    ASSERT_EQ(canonical.size(), whole.size());
    EXPECT_EQ(canonical.AllVotes(), whole.AllVotes());
    EXPECT_TRUE(std::equal(canonical.counts().begin(), canonical.counts().end(), whole.counts().begin()));
    for (const char* method : {"majority", "dawid_skene"}) {
      EXPECT_EQ((*FitModel(sum, {.method = method}))->ToJson(), (*FitModel(whole, {.method = method}))->ToJson());
    }
  }
  PatternTable again(layout);
  for (size_t p = 0; p < whole.size(); ++p) {
    std::vector<int32_t> votes(5);
    whole.Votes(p, votes);
    again.AddPattern(votes, whole.count(p));
  }
  EXPECT_EQ(again.AllVotes(), whole.AllVotes());
  EXPECT_EQ(again.rows(), whole.rows());
}

}  // namespace
}  // namespace assay

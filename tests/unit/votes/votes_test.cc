// Planes, matrices, the table of rules and vote patterns on small hand-made votes and against plain loops.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <random>

#include "runtime/votes/patterns.h"
#include "runtime/votes/statistics.h"
#include "runtime/votes/vote_matrix.h"

namespace assay {
namespace {

VoteMatrix Matrix(size_t rules, std::vector<int16_t> votes) {
  VoteMatrix matrix;
  for (size_t j = 0; j < rules; ++j) matrix.rules.push_back("r" + std::to_string(j));
  matrix.rows = votes.size() / rules;
  matrix.votes = std::move(votes);
  return matrix;
}

VoteMatrix RandomMatrix(size_t rows, size_t rules, int classes, double abstain, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<int16_t> votes(rows * rules);
  for (int16_t& v : votes) {
    v = std::uniform_real_distribution<>(0, 1)(random) < abstain ? int16_t{-1}
                                                                 : static_cast<int16_t>(random() % static_cast<unsigned>(classes));
  }
  return Matrix(rules, std::move(votes));
}

TEST(VoteMatrix, PlanesAndBackGivesTheSameVotes) {
  for (const size_t rows : {0u, 1u, 63u, 64u, 65u, 2047u, 2048u, 2049u, 5000u}) {
    const VoteMatrix matrix = RandomMatrix(rows, 7, 5, .4, static_cast<unsigned>(rows));
    const auto layout = LayoutOf(matrix, ClassList::Numbered(5));
    ASSERT_TRUE(layout.has_value());
    const VotePlanes planes = PlanesOf(matrix, *layout);
    std::vector<int16_t> votes(rows * 7);
    DenseRows(*layout, planes, 0, rows, votes);
    EXPECT_EQ(votes, matrix.votes) << rows;
    if (rows > 70) {
      std::vector<int16_t> some(3 * 7);
      DenseRows(*layout, planes, 62, 3, some);
      EXPECT_TRUE(std::equal(some.begin(), some.end(), matrix.votes.begin() + 62 * 7));
    }
  }
}

TEST(VoteMatrix, AVoteOutsideTheClassesNamesRuleAndRow) {
  const auto layout = LayoutOf(Matrix(2, {0, 1, -1, 2}), ClassList::Numbered(2));
  ASSERT_FALSE(layout.has_value());
  EXPECT_NE(layout.error().message.find("rule r1 votes 2 in row 1"), std::string::npos) << layout.error().message;
}

TEST(VoteMatrix, ClassesMayHaveOtherIdsThanTheirOrder) {
  const ClassList classes{{"A", "B"}, {7, 3}};
  const auto layout = LayoutOf(Matrix(1, {7, 3, -1}), classes);
  ASSERT_TRUE(layout.has_value());
  ASSERT_EQ(layout->planes.size(), 2u);
  EXPECT_EQ(layout->planes[0].class_id, 3);  // ascending ids
}

TEST(SparseVotes, GiveThePlanesOfTheMatrixInAnyOrder) {
  const VoteMatrix matrix = RandomMatrix(1'000, 9, 4, .7, 3);
  SparseVotes sparse{matrix.rules, matrix.rows, {}};
  for (size_t row = 0; row < matrix.rows; ++row) {
    for (size_t rule = 0; rule < 9; ++rule) {
      if (matrix.row(row)[rule] >= 0) sparse.votes.push_back({row, rule, matrix.row(row)[rule]});
    }
  }
  sparse.votes.push_back({0, 0, -1});
  std::mt19937 random(1);
  std::ranges::shuffle(sparse.votes, random);
  const ClassList classes = ClassList::Numbered(4);
  const auto layout = LayoutOf(sparse, classes);
  ASSERT_TRUE(layout.has_value());
  EXPECT_EQ(layout->planes.size(), LayoutOf(matrix, classes)->planes.size());
  const auto planes = PlanesOf(sparse, *layout);
  ASSERT_TRUE(planes.has_value());
  std::vector<int16_t> votes(matrix.votes.size());
  DenseRows(*layout, *planes, 0, matrix.rows, votes);
  EXPECT_EQ(votes, matrix.votes);
}

TEST(SparseVotes, TellWhatIsNoVote) {
  const ClassList classes = ClassList::Numbered(2);
  const std::vector<std::string> rules = {"a", "b"};
  EXPECT_FALSE(LayoutOf(SparseVotes{rules, 3, {{0, 2, 1}}}, classes).has_value());
  EXPECT_FALSE(LayoutOf(SparseVotes{rules, 3, {{3, 0, 1}}}, classes).has_value());
  EXPECT_FALSE(LayoutOf(SparseVotes{rules, 3, {{0, 0, 2}}}, classes).has_value());
  const SparseVotes twice{rules, 3, {{1, 1, 0}, {1, 0, 0}, {1, 1, 1}}};
  const auto planes = PlanesOf(twice, *LayoutOf(twice, classes));
  ASSERT_FALSE(planes.has_value());
  EXPECT_EQ(planes.error().message, "rule b votes twice in row 1");
}

TEST(ClassList, ReadsNamesIdsAndUnknowns) {
  const ClassList classes{{"HAM", "SPAM"}, {0, 1}};
  EXPECT_EQ(classes.Read("SPAM").value(), 1);
  EXPECT_EQ(classes.Read(" 0 ").value(), 0);
  EXPECT_EQ(classes.Read("-1").value(), -1);
  EXPECT_EQ(classes.Read("").value(), -1);
  ASSERT_FALSE(classes.Read("EGGS").has_value());
  EXPECT_NE(classes.Read("EGGS").error().message.find("HAM (0), SPAM (1)"), std::string::npos);
  EXPECT_FALSE(classes.Read("2").has_value());
}

TEST(VoteStatistics, CountsAsSnorkelDefinesThem) {
  // Row 0: two rules agree; row 1: they differ; row 2: one vote; row 3: none.
  const VoteMatrix matrix = Matrix(3, {1, 1, -1, /**/ 1, 0, -1, /**/ -1, -1, 0, /**/ -1, -1, -1});
  const auto layout = LayoutOf(matrix, ClassList::Numbered(2));
  VoteStatistics statistics(*layout);
  const std::vector<int32_t> gold = {1, 0, -1, 0};
  statistics.Add(PlanesOf(matrix, *layout), gold);
  EXPECT_EQ(statistics.covered(), 3u);
  EXPECT_EQ(statistics.overlapped(), 2u);
  EXPECT_EQ(statistics.conflicted(), 1u);
  EXPECT_EQ(statistics.known_gold(), 3u);
  EXPECT_EQ(statistics.gold_by_class(), (std::vector<uint64_t>{2, 1}));
  const auto rules = statistics.Rules();
  EXPECT_EQ(rules[0].votes, 2u);
  EXPECT_EQ(rules[0].overlaps, 2u);
  EXPECT_EQ(rules[0].conflicts, 1u);
  EXPECT_EQ(rules[0].correct, 1u);
  EXPECT_EQ(rules[0].incorrect, 1u);
  EXPECT_EQ(rules[0].polarity, (std::vector<int32_t>{1}));
  EXPECT_EQ(rules[1].polarity, (std::vector<int32_t>{0, 1}));
  EXPECT_EQ(rules[2].correct + rules[2].incorrect, 0u) << "unknown gold is left out";
  EXPECT_FALSE(rules[2].empirical_accuracy().has_value());
}

TEST(VoteStatistics, AgreesWithPlainLoopsOverAllSizesAndBatches) {
  for (const size_t rows : {1u, 64u, 2048u, 2049u, 10000u}) {
    const size_t m = 9;
    const int k = 4;
    const VoteMatrix matrix = RandomMatrix(rows, m, k, .7, static_cast<unsigned>(rows) + 1);
    const auto layout = LayoutOf(matrix, ClassList::Numbered(k));
    std::mt19937 random(5);
    std::vector<int32_t> gold(rows);
    for (int32_t& g : gold) g = static_cast<int32_t>(random() % 5) - 1;
    VoteStatistics whole(*layout), first(*layout), second(*layout);
    whole.Add(PlanesOf(matrix, *layout), gold);
    const size_t cut = rows / 3;
    VoteMatrix a = matrix, b = matrix;
    a.rows = cut;
    a.votes.resize(cut * m);
    b.rows = rows - cut;
    b.votes.erase(b.votes.begin(), b.votes.begin() + static_cast<std::ptrdiff_t>(cut * m));
    first.Add(PlanesOf(a, *layout), std::span(gold).first(cut));
    second.Add(PlanesOf(b, *layout), std::span(gold).subspan(cut));
    first.Merge(second);

    std::vector<uint64_t> votes(m), overlaps(m), conflicts(m), correct(m), incorrect(m);
    uint64_t covered = 0;
    for (size_t r = 0; r < rows; ++r) {
      int voted = 0;
      std::map<int, int> kinds;
      for (const int16_t v : matrix.row(r)) {
        if (v >= 0) ++voted, ++kinds[v];
      }
      covered += voted > 0;
      for (size_t j = 0; j < m; ++j) {
        const int v = matrix.row(r)[j];
        if (v < 0) continue;
        ++votes[j];
        overlaps[j] += voted > 1;
        conflicts[j] += kinds.size() > 1;
        correct[j] += gold[r] == v;
        incorrect[j] += gold[r] >= 0 && gold[r] != v;
      }
    }
    for (const VoteStatistics* s : {&whole, &first}) {
      EXPECT_EQ(s->covered(), covered);
      EXPECT_EQ(s->rows(), rows);
      const auto rules = s->Rules();
      for (size_t j = 0; j < m; ++j) {
        EXPECT_EQ(rules[j].votes, votes[j]);
        EXPECT_EQ(rules[j].overlaps, overlaps[j]);
        EXPECT_EQ(rules[j].conflicts, conflicts[j]);
        EXPECT_EQ(rules[j].correct, correct[j]);
        EXPECT_EQ(rules[j].incorrect, incorrect[j]);
      }
    }
  }
}

TEST(VoteStatistics, NoRulesAndNoRowsAreAllZero) {
  VoteStatistics none{VoteLayout{}};
  none.Add(VotePlanes(0, 100));
  EXPECT_EQ(none.rows(), 100u);
  EXPECT_EQ(none.covered(), 0u);
  VoteStatistics empty{VoteLayout{}};
  EXPECT_EQ(empty.coverage(), 0.0);
}

TEST(VoteStatistics, HundredRulesOverAMillionRowsCostMilliseconds) {
  VoteLayout layout;
  layout.class_names = {"A", "B"};
  layout.class_ids = {0, 1};
  for (uint32_t j = 0; j < 100; ++j) {
    layout.rules.push_back({"r", j, 1});
    layout.planes.push_back({j, static_cast<int32_t>(j % 2)});
  }
  VotePlanes planes(100, 65536);
  std::mt19937_64 random(1);
  for (size_t p = 0; p < 100; ++p) {
    for (uint64_t& word : planes.plane(p)) word = random() & random() & random();
  }
  VoteStatistics statistics(layout);
  const auto start = std::chrono::steady_clock::now();
  for (int batch = 0; batch < 16; ++batch) statistics.Add(planes);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("statistics of 100 rules x 1,048,576 rows: %.2f ms\n", seconds * 1e3);
  EXPECT_EQ(statistics.rows(), 1048576u);
  PatternTable patterns(layout);
  const auto then = std::chrono::steady_clock::now();
  for (int batch = 0; batch < 16; ++batch) patterns.Add(planes);
  std::printf("patterns of the same, nearly all different in a batch: %.2f ms\n",
              std::chrono::duration<double>(std::chrono::steady_clock::now() - then).count() * 1e3);
}

TEST(PatternTable, FindsDistinctRowsInFirstSeenOrderWithCounts) {
  const size_t rows = 3000;
  const size_t m = 70;  // more planes than a word
  VoteMatrix matrix = RandomMatrix(rows, m, 3, .3, 3);
  for (size_t r = 1; r < rows; ++r) {  // repeat rows
    if (r % 4 != 0) {
      std::copy_n(matrix.votes.begin() + static_cast<std::ptrdiff_t>((r / 7) * m), m,
                  matrix.votes.begin() + static_cast<std::ptrdiff_t>(r * m));
    }
  }
  const auto layout = LayoutOf(matrix, ClassList::Numbered(3));
  PatternTable table(*layout);
  std::vector<uint32_t> of_row;
  table.Add(PlanesOf(matrix, *layout), &of_row);

  std::map<std::vector<int16_t>, uint32_t> expected;
  std::vector<uint64_t> counts;
  ASSERT_EQ(of_row.size(), rows);
  std::vector<int32_t> votes(m);
  for (size_t r = 0; r < rows; ++r) {
    const std::vector<int16_t> row(matrix.row(r).begin(), matrix.row(r).end());
    const auto [it, is_new] = expected.emplace(row, counts.size());
    if (is_new) counts.push_back(0);
    ++counts[it->second];
    ASSERT_EQ(of_row[r], it->second);
    table.Votes(of_row[r], votes);
    ASSERT_TRUE(std::equal(votes.begin(), votes.end(), row.begin()));
  }
  EXPECT_EQ(std::vector<uint64_t>(table.counts().begin(), table.counts().end()), counts);

  PatternTable merged(*layout);
  const auto numbers = merged.Merge(table);
  merged.Merge(table);
  EXPECT_EQ(merged.size(), table.size());
  EXPECT_EQ(merged.rows(), 2 * rows);
  for (size_t p = 0; p < table.size(); ++p) {
    EXPECT_EQ(numbers[p], p);
    EXPECT_EQ(merged.count(p), 2 * table.count(p));
  }
}

TEST(PatternTable, CanonicalOrderIsThatOfTheEarliestPlaneThatDiffers) {
  for (const size_t rows : {300, 30'000}) {  // few are sorted in another way than many
    const VoteMatrix matrix = RandomMatrix(rows, 40, 3, .9, 5);
    const auto layout = LayoutOf(matrix, ClassList::Numbered(3));
    PatternTable table(*layout);
    table.Add(PlanesOf(matrix, *layout));
    PatternTable canonical = table.Canonical();
    ASSERT_EQ(canonical.size(), table.size());
    EXPECT_EQ(canonical.rows(), rows);
    EXPECT_TRUE(canonical.IsCanonical());
    for (size_t p = 1; p < canonical.size(); ++p) {
      size_t plane = 0;
      const auto bit = [&](size_t pattern) { return canonical.key(pattern)[plane / 64] >> (plane % 64) & 1; };
      while (bit(p - 1) == bit(p)) ++plane;
      ASSERT_GT(bit(p - 1), bit(p));
    }
    // It knows its patterns, and finds those of the other table among them.
    const auto numbers = canonical.Merge(table);
    EXPECT_EQ(canonical.size(), table.size());
    for (size_t p = 0; p < table.size(); ++p) {
      ASSERT_TRUE(std::ranges::equal(canonical.key(numbers[p]), table.key(p)));
      ASSERT_EQ(canonical.count(numbers[p]), 2 * table.count(p));
    }
  }
}

TEST(PatternTable, VotesAreIndicesOfClassesNotIds) {
  const VoteMatrix matrix = Matrix(2, {7, -1, 3, 7});
  const auto layout = LayoutOf(matrix, ClassList{{"A", "B"}, {7, 3}});
  PatternTable table(*layout);
  table.Add(PlanesOf(matrix, *layout));
  EXPECT_EQ(table.AllVotes(), (std::vector<int32_t>{0, -1, 1, 0}));
}

TEST(PatternTable, RulesThatNeverVoteGiveOnePattern) {
  VoteLayout layout;
  layout.rules.push_back({"never", 0, 0});
  PatternTable table(layout);
  table.Add(VotePlanes(0, 130));
  ASSERT_EQ(table.size(), 1u);
  EXPECT_EQ(table.count(0), 130u);
  EXPECT_EQ(table.AllVotes(), std::vector<int32_t>{-1});
}

}  // namespace
}  // namespace assay

#include "compiler/patterns/code_point_set.h"

#include <gtest/gtest.h>

namespace assay::patterns {
namespace {

TEST(CodePointSet, RangesNeitherOverlapNorTouch) {
  CodePointSet set = CodePointSet::OfRange('a', 'c');
  set.Add('d', 'f');
  set.Add('b', 'e');
  set.Add('x', 'x');
  ASSERT_EQ(set.ranges().size(), 2u);
  EXPECT_EQ(set.ranges()[0], (CodePointRange{'a', 'f'}));
  EXPECT_EQ(set.size(), 7u);
  EXPECT_TRUE(set.Contains('x'));
  EXPECT_FALSE(set.Contains('g'));
}

TEST(CodePointSet, SurrogatesAreNeverMembers) {
  const CodePointSet all = CodePointSet::All();
  EXPECT_EQ(all.size(), 0x110000u - 0x800u);
  EXPECT_TRUE(all.Complement().empty());
  EXPECT_EQ(CodePointSet().Complement(), all);
  EXPECT_FALSE(all.Contains(0xD800));
}

TEST(CodePointSet, ComplementIsItsOwnInverse) {
  for (const CodePointSet* set : {&CodePointSet::Word(false), &CodePointSet::Digit(false), &CodePointSet::Space(false)}) {
    EXPECT_EQ(set->Complement().Complement(), *set);
    EXPECT_TRUE(set->Intersect(set->Complement()).empty());
  }
  EXPECT_TRUE(CodePointSet::Digit(false).IsSubsetOf(CodePointSet::Word(false)));
  EXPECT_TRUE(CodePointSet::Word(true).IsSubsetOf(CodePointSet::Word(false)));
}

TEST(CodePointSet, FoldingClosesOverOrbits) {
  const CodePointSet k = CodePointSet::Of('k').FoldClosed(false);
  EXPECT_EQ(k.size(), 3u);
  EXPECT_TRUE(k.Contains(0x212A));
  EXPECT_EQ(CodePointSet::Of('k').FoldClosed(true).size(), 2u);
  EXPECT_EQ(k.FoldClosed(false), k);
}

}  // namespace
}  // namespace assay::patterns

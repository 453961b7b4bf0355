// Parsing and searching in one step, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "compiler/patterns/parse_regex.h"
#include "compiler/patterns/pcre2.h"
#include "runtime/text/regex.h"

namespace assay::patterns {

inline RegexTree Parsed(std::string_view pattern, std::string_view flags = "") {
  auto tree = ParseRegex(pattern, flags);
  EXPECT_TRUE(tree) << pattern << ": " << (tree ? "" : tree.error().message);
  return tree ? *std::move(tree) : RegexTree();
}

inline bool Matches(std::string_view pattern, std::string_view flags, std::string_view subject) {
  const RegexTree tree = Parsed(pattern, flags);
  const auto regex = text::Regex::Compile(ToPcre2(tree, Captures::kDrop), {.backtracking = tree.needs_backtracking()});
  EXPECT_TRUE(regex) << pattern << ": " << (regex ? "" : regex.error().message);
  if (!regex) return false;
  text::RegexScratch scratch;
  const text::Found found = regex->Search(subject, scratch);
  EXPECT_NE(found, text::Found::kUnknown) << pattern;
  return found == text::Found::kYes;
}

}  // namespace assay::patterns

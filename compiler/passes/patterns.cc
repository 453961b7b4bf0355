// patterns: a regular expression that says no more than a text test becomes one. What is recognised is a pattern whose matches
// are a few literals: `/foo|bars?/` is `has any`, `/\b(foo|bar)\b/` is `has any` of whole words, `/^foo/` is `starts with`,
// `/foo\Z/` is `ends with`. Case is ignored alike in both (simple case folding); under flag a, where it is not, the pattern
// stays. Searching for literals is several times faster than matching, and equal tests become one node.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "compiler/passes/pass_list.h"
#include "compiler/patterns/parse_regex.h"
#include "compiler/patterns/regex.h"
#include "runtime/text/unicode.h"
#include "runtime/text/utf8.h"

namespace assay {
namespace {

using patterns::Assertion;
using patterns::Fold;
using patterns::RegexTree;

// More alternatives than this are the business of an automaton.
constexpr size_t kMaxLiterals = 16;

struct Literals {
  std::vector<std::u32string> texts;
  bool exact = false;   // holds a cased character that must match exactly
  bool folded = false;  // holds one that may match in either case
};

// The texts that a part of a pattern matches, if they are few.
std::optional<Literals> LiteralsOf(const RegexTree& tree, patterns::NodeId id, int depth = 0) {
  const patterns::Node& node = tree[id];
  if (depth > 32) return std::nullopt;
  switch (node.kind) {
    case patterns::NodeKind::kEmpty: return Literals{{U""}};
    case patterns::NodeKind::kLiteral: {
      Literals one{{std::u32string(1, node.literal)}};
      if (node.fold == Fold::kAscii) return std::nullopt;
      if (!text::FoldOrbit(node.literal).empty()) (node.fold == Fold::kExact ? one.exact : one.folded) = true;
      return one;
    }
    case patterns::NodeKind::kGroup: return LiteralsOf(tree, node.children[0], depth + 1);
    case patterns::NodeKind::kRepeat: {
      if (node.max != 1 || node.min > 1) return std::nullopt;
      auto child = LiteralsOf(tree, node.children[0], depth + 1);
      if (child && node.min == 0) child->texts.push_back(U"");
      return child;
    }
    case patterns::NodeKind::kAlternate: {
      Literals all;
      for (patterns::NodeId child : node.children) {
        auto some = LiteralsOf(tree, child, depth + 1);
        if (!some || all.texts.size() + some->texts.size() > kMaxLiterals) return std::nullopt;
        all.texts.insert(all.texts.end(), some->texts.begin(), some->texts.end());
        all.exact |= some->exact;
        all.folded |= some->folded;
      }
      return all;
    }
    case patterns::NodeKind::kConcat: {
      Literals all{{U""}};
      for (patterns::NodeId child : node.children) {
        auto some = LiteralsOf(tree, child, depth + 1);
        if (!some || all.texts.size() * some->texts.size() > kMaxLiterals) return std::nullopt;
        std::vector<std::u32string> product;
        for (const auto& head : all.texts) {
          for (const auto& tail : some->texts) product.push_back(head + tail);
        }
        all.texts = std::move(product);
        all.exact |= some->exact;
        all.folded |= some->folded;
      }
      return all;
    }
    case patterns::NodeKind::kSet:
    case patterns::NodeKind::kAssertion:
    case patterns::NodeKind::kAtomic:
    case patterns::NodeKind::kLook:
    case patterns::NodeKind::kBackreference:
    case patterns::NodeKind::kConditional: return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Assertion> AssertionAt(const RegexTree& tree, patterns::NodeId id) {
  const patterns::Node& node = tree[id];
  if (node.kind != patterns::NodeKind::kAssertion || node.ascii) return std::nullopt;
  return node.assertion;
}

struct TextTest {
  BuiltinId builtin;  // a test against a set
  SetModifiers modifiers;
  std::vector<std::string> texts;
};

std::optional<TextTest> AsTextTest(const RegexTree& tree) {
  std::vector<patterns::NodeId> parts = {tree.root()};
  if (tree[tree.root()].kind == patterns::NodeKind::kConcat) parts = tree[tree.root()].children;
  std::optional<Assertion> front = AssertionAt(tree, parts.front());
  std::optional<Assertion> back;
  if (parts.size() > 1) back = AssertionAt(tree, parts.back());
  const size_t begin = front ? 1 : 0;
  const size_t end = parts.size() - (back ? 1 : 0);

  Literals all{{U""}};
  for (size_t i = begin; i < end; ++i) {
    auto some = LiteralsOf(tree, parts[i]);
    if (!some || all.texts.size() * some->texts.size() > kMaxLiterals) return std::nullopt;
    std::vector<std::u32string> product;
    for (const auto& head : all.texts) {
      for (const auto& tail : some->texts) product.push_back(head + tail);
    }
    all.texts = std::move(product);
    all.exact |= some->exact;
    all.folded |= some->folded;
  }
  if (all.exact && all.folded) return std::nullopt;

  TextTest test{BuiltinId::OpHasAny, {.nocase = all.folded, .words = false}, {}};
  if (front == Assertion::kWordBoundary && back == Assertion::kWordBoundary) {
    // A boundary beside a word character is exactly a neighbour that is none.
    test.modifiers.words = true;
    for (const auto& text : all.texts) {
      if (text.empty() || !text::IsWord(text.front()) || !text::IsWord(text.back())) return std::nullopt;
    }
  } else if (front == Assertion::kTextBegin && !back) {
    test.builtin = BuiltinId::OpStartsWithAny;
  } else if (!front && back == Assertion::kTextEnd) {
    test.builtin = BuiltinId::OpEndsWithAny;
  } else if (front == Assertion::kTextBegin && back == Assertion::kTextEnd) {
    test.builtin = BuiltinId::OpInSet;
  } else if (front || back) {
    return std::nullopt;
  }
  for (const auto& text : all.texts) {
    std::string utf8;
    for (char32_t c : text) text::AppendUtf8(c, utf8);
    test.texts.push_back(std::move(utf8));
  }
  std::ranges::sort(test.texts);  // equal tests in one order
  return test;
}

}  // namespace

void PatternsPass(const PassContext& context) {
  RuleGraph& graph = context.graph;
  const size_t known = graph.resources.pattern_count();
  std::vector<std::optional<std::optional<TextTest>>> tests(known);  // by pattern, where looked at
  const auto test_of = [&](PatternId id) -> const std::optional<TextTest>& {
    auto& slot = tests[id.index()];
    if (!slot) {
      slot.emplace();
      const Pattern& pattern = graph.resources.pattern(id);
      if (!pattern.backtracking) {
        if (const auto tree = patterns::ParseRegex(pattern.source, pattern.flags)) *slot = AsTextTest(*tree);
      }
    }
    return *slot;
  };

  const NodeStore& from = graph.nodes;
  const auto test_at = [&](NodeId id) -> const TextTest* {
    if (from.Get(id).kind != NodeKind::kCall || from.BuiltinAt(id) != BuiltinId::OpMatches) return nullptr;
    const NodeId pattern = from.Operands(id)[1];
    if (!from.IsConst(pattern)) return nullptr;
    const std::optional<TextTest>& test = test_of(PatternId(from.ConstantAt(pattern).resource));
    return test ? &*test : nullptr;
  };
  bool any = false;
  for (size_t i = 0; i < from.size(); ++i) any = test_at(NodeId(i)) != nullptr || any;
  if (!any) return;

  Rewriter rewriter(context);
  rewriter.Run([&](NodeId old) {
    const TextTest* test = test_at(old);
    if (test == nullptr) return rewriter.Same(old);
    SetValues set({kStringType}, test->modifiers);
    for (const std::string& text : test->texts) set.Add({text});
    NodeBuilder& build = rewriter.build();
    const NodeId constant = build.nodes().Set(graph.resources.AddSet(std::move(set)));
    return build.Call(test->builtin, {rewriter[from.Operands(old)[0]], constant}, kBoolType);
  });
}

}  // namespace assay

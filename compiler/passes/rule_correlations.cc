// Rules are compared by their atoms: a word or pattern that is looked for in one text, or any other condition that is no
// junction of others. Pairs with an atom in common are candidates, and so are pairs that look into one text with patterns:
// there, inclusion of automata decides.
#include "compiler/passes/rule_correlations.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "compiler/passes/facts.h"
#include "compiler/passes/text_test_inclusion.h"
#include "runtime/base/hash.h"
#include "runtime/plan/plan.h"

namespace assay {
namespace {

// What more rules have in common than this is the program's subject, not a sign of dependence between two of them.
constexpr size_t kMostRulesOfAtom = 64;
constexpr size_t kMostPairs = 200'000;
constexpr size_t kMostExamples = 3;
constexpr size_t kMostSteps = 2'000;     // of the search for one implication through junctions
constexpr size_t kMostSearches = 4'000;  // automata compared, of a whole program
constexpr int kMostDepth = 32;

bool IsBool(const NodeStore& nodes, NodeId id, bool value) {
  if (!nodes.IsConst(id)) return false;
  const Constant& constant = nodes.ConstantAt(id);
  return constant.type == kBoolType && !constant.value.is_null() && constant.value.as_bool() == value;
}

// Globs are conditions like any other: what they look for is no word.
std::optional<TextTestNode> WordTest(const RuleGraph& graph, NodeId node) {
  std::optional<TextTestNode> test = AsTextTest(graph, node);
  if (test && test->kind == TextTestKind::kLike) return std::nullopt;
  return test;
}

class Correlations {
 public:
  explicit Correlations(const RuleGraph& graph) : graph_(graph), nodes_(graph.nodes) {}

  std::vector<RuleCorrelation> Find() {
    for (size_t r = 0; r < graph_.rules.size(); ++r) rules_.push_back(Describe(RuleId(r)));
    std::unordered_map<Hash128, std::vector<uint32_t>> rules_of_atom;
    for (uint32_t r = 0; r < rules_.size(); ++r) {
      for (const auto& [atom, text] : rules_[r].atoms) rules_of_atom[atom].push_back(r);
    }
    std::map<NodeId, std::vector<uint32_t>> rules_of_operand;
    for (uint32_t r = 0; r < rules_.size(); ++r) {
      for (const NodeId operand : rules_[r].compared) rules_of_operand[operand].push_back(r);
    }
    std::map<std::pair<uint32_t, uint32_t>, uint32_t> shared;
    for (const auto& [atom, rules] : rules_of_atom) {
      if (rules.size() > kMostRulesOfAtom) continue;
      for (size_t i = 0; i < rules.size(); ++i) {
        for (size_t j = i + 1; j < rules.size() && shared.size() < kMostPairs; ++j) {
          if (SameTask(rules[i], rules[j])) ++shared[{rules[i], rules[j]}];
        }
      }
    }
    // `x < 3` and `x < 5` have no test in common, and yet one may imply the other.
    for (const auto& [operand, rules] : rules_of_operand) {
      if (rules.size() > kMostRulesOfAtom) continue;
      for (size_t i = 0; i < rules.size(); ++i) {
        for (size_t j = i + 1; j < rules.size() && shared.size() < kMostPairs; ++j) {
          if (SameTask(rules[i], rules[j])) shared.try_emplace({rules[i], rules[j]}, 0);
        }
      }
    }
    for (const auto& [pair, count] : shared) Compare(pair.first, pair.second, count);
    FindByAutomata(shared);
    std::ranges::sort(found_, [](const RuleCorrelation& a, const RuleCorrelation& b) {
      return std::tuple(a.kind, -a.share(), a.first.index(), a.second.index()) < std::tuple(b.kind, -b.share(), b.first.index(), b.second.index());
    });
    return std::move(found_);
  }

 private:
  struct Described {
    std::vector<NodeId> fires;  // of branches that vote; none of them is never true
    std::map<Hash128, std::string> atoms;
    std::set<NodeId> compared;  // numbers that it compares with constants
    std::optional<NodeId> lone_test;  // the rule is nothing but this test of a text
  };

  bool SameTask(uint32_t a, uint32_t b) const { return a != b && graph_.rules[a].task == graph_.rules[b].task; }

  Described Describe(RuleId id) const {
    const Rule& rule = graph_.rules[id.index()];
    Described described;
    if (rule.disabled) return described;
    for (const Branch& branch : rule.branches) {
      if (branch.label == kAbstain || IsBool(nodes_, branch.fires, false)) continue;
      described.fires.push_back(branch.fires);
    }
    std::vector<NodeId> left = described.fires;
    std::unordered_set<NodeId> seen(left.begin(), left.end());
    while (!left.empty()) {
      const NodeId node = left.back();
      left.pop_back();
      const NodeKind kind = nodes_.Get(node).kind;
      if (kind == NodeKind::kAnd || kind == NodeKind::kOr || kind == NodeKind::kNot || kind == NodeKind::kIsTrue) {
        for (const NodeId operand : nodes_.Operands(node)) {
          if (seen.insert(operand).second) left.push_back(operand);
        }
      } else if (kind != NodeKind::kConst) {
        AddAtoms(node, described.atoms);
        const std::optional<Fact> fact = FactOf(graph_, node, false, true);
        if (fact && fact->kind == Fact::Kind::kInterval) described.compared.insert(fact->operand);
      }
    }
    if (described.fires.size() == 1) {
      NodeId node = described.fires[0];
      while (nodes_.Get(node).kind == NodeKind::kIsTrue) node = nodes_.Operands(node)[0];
      if (WordTest(graph_, node)) described.lone_test = node;
    }
    return described;
  }

  void AddAtoms(NodeId node, std::map<Hash128, std::string>& atoms) const {
    const std::optional<TextTestNode> test = WordTest(graph_, node);
    if (!test) {
      atoms.emplace(nodes_.Get(node).hash, ShownCondition(node));
      return;
    }
    const Constant& constant = nodes_.ConstantAt(test->constant);
    // As written: lower(t) and t are two texts.
    const Hash128 text = nodes_.Get(test->lowered ? nodes_.Operands(node)[0] : test->text).hash;
    const auto add_word = [&](std::string_view word) {
      std::string folded(word);  // a word is the same to people whatever its case
      std::ranges::transform(folded, folded.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
      atoms.emplace(Hasher().Add(text).Add(folded).Finish(), fmt::format("\"{}\"", folded));
    };
    if (graph_.types.Kind(constant.type) == TypeKind::kSet) {
      const SetValues& set = graph_.resources.set(SetId(constant.resource));
      constexpr size_t kMostWords = 10'000;
      for (size_t m = 0; m < std::min(set.size(), kMostWords); ++m) add_word(set.TextAt(m));
    } else if (constant.type == kRegexType) {
      const PatternId id(constant.resource);
      const Pattern& pattern = graph_.resources.pattern(id);
      atoms.emplace(Hasher().Add(text).Add(graph_.resources.HashOf(id)).Finish(), fmt::format("/{}/{}", pattern.source, pattern.flags));
    } else if (!constant.value.is_null()) {
      add_word(constant.value.as_string());
    }
  }

  std::string ShownCondition(NodeId node) const {
    const auto spans = nodes_.Spans(node);
    if (spans.empty() || spans[0].file.index() >= graph_.files.size()) return "a condition";
    return "a condition of " + graph_.files[spans[0].file.index()];
  }

  void Compare(uint32_t a, uint32_t b, uint32_t shared) {
    RuleCorrelation pair{.first = RuleId(a), .second = RuleId(b)};
    pair.shared = shared;
    const bool forward = Same(a, b) || Implies(a, b), backward = Same(a, b) || Implies(b, a);
    if (forward && backward) {
      pair.kind = RuleCorrelation::Kind::kSame;
    } else if (forward || backward) {
      pair.kind = RuleCorrelation::Kind::kImplies;
      if (backward) std::swap(pair.first, pair.second);
    } else if (shared == 0) {
      return;
    }
    Keep(std::move(pair));
  }

  void Keep(RuleCorrelation pair) {
    const auto& first = rules_[pair.first.index()].atoms;
    const auto& second = rules_[pair.second.index()].atoms;
    pair.of_first = static_cast<uint32_t>(first.size());
    pair.of_second = static_cast<uint32_t>(second.size());
    for (const auto& [atom, text] : first) {
      if (pair.examples.size() == kMostExamples) break;
      if (second.contains(atom)) pair.examples.push_back(text);
    }
    std::ranges::sort(pair.examples);
    found_.push_back(std::move(pair));
  }

  bool Same(uint32_t a, uint32_t b) const {
    std::vector<NodeId> x = rules_[a].fires, y = rules_[b].fires;
    std::ranges::sort(x);
    std::ranges::sort(y);
    return !x.empty() && x == y;
  }

  // Whether rule a fires only where rule b does.
  bool Implies(uint32_t a, uint32_t b) {
    if (rules_[a].fires.empty() || rules_[b].fires.empty()) return false;
    steps_ = 0;
    return std::ranges::all_of(rules_[a].fires, [&](NodeId x) {
      return std::ranges::any_of(rules_[b].fires, [&](NodeId y) { return Implies(x, y, 0); });
    });
  }

  bool Implies(NodeId x, NodeId y, int depth) {
    if (x == y || IsBool(nodes_, x, false) || IsBool(nodes_, y, true)) return true;
    if (depth > kMostDepth || ++steps_ > kMostSteps) return false;
    const Node& from = nodes_.Get(x);
    const Node& to = nodes_.Get(y);
    // `is_true(p)` is true where p is; what is asked for is where things are true.
    if (from.kind == NodeKind::kIsTrue) return Implies(nodes_.Operands(x)[0], y, depth + 1);
    if (to.kind == NodeKind::kIsTrue) return Implies(x, nodes_.Operands(y)[0], depth + 1);
    const auto each_from = nodes_.Operands(x), each_to = nodes_.Operands(y);
    if (from.kind == NodeKind::kOr) return std::ranges::all_of(each_from, [&](NodeId p) { return Implies(p, y, depth + 1); });
    if (to.kind == NodeKind::kAnd) return std::ranges::all_of(each_to, [&](NodeId p) { return Implies(x, p, depth + 1); });
    if (to.kind == NodeKind::kOr && std::ranges::any_of(each_to, [&](NodeId p) { return Implies(x, p, depth + 1); })) return true;
    if (from.kind == NodeKind::kAnd) return std::ranges::any_of(each_from, [&](NodeId p) { return Implies(p, y, depth + 1); });
    if (from.kind == NodeKind::kNot && to.kind == NodeKind::kNot && !nodes_.Get(each_from[0]).nullable && !nodes_.Get(each_to[0]).nullable) {
      return Implies(each_to[0], each_from[0], depth + 1);
    }
    return TestImplies(x, y);
  }

  bool TestImplies(NodeId x, NodeId y) {
    if (WordTest(graph_, x) && WordTest(graph_, y)) return inclusion_.Implies(x, y);
    const std::optional<Fact> narrow_fact = FactOf(graph_, x, false, true), wide_fact = FactOf(graph_, y, false, true);
    if (!narrow_fact || !wide_fact || narrow_fact->operand != wide_fact->operand || narrow_fact->or_null) return false;
    if (narrow_fact->kind != Fact::Kind::kInterval || wide_fact->kind != Fact::Kind::kInterval) return false;
    return Implied(*wide_fact, *narrow_fact);
  }

  // Rules that are one test of a text each and have no word in common may still contain each other: /spam/ and /spammers?/.
  void FindByAutomata(const std::map<std::pair<uint32_t, uint32_t>, uint32_t>& compared) {
    std::map<std::tuple<NodeId, bool, uint32_t>, std::vector<uint32_t>> by_text;
    for (uint32_t r = 0; r < rules_.size(); ++r) {
      if (!rules_[r].lone_test) continue;
      const TextTestNode test = *WordTest(graph_, *rules_[r].lone_test);
      by_text[{test.text, test.lowered, graph_.rules[r].task.value}].push_back(r);
    }
    for (const auto& [text, rules] : by_text) {
      for (size_t i = 0; i < rules.size(); ++i) {
        for (size_t j = i + 1; j < rules.size() && !inclusion_.exhausted(); ++j) {
          const uint32_t a = rules[i], b = rules[j];
          if (compared.contains({a, b})) continue;
          const NodeId x = *rules_[a].lone_test, y = *rules_[b].lone_test;
          if (inclusion_.Implies(x, y)) {
            Keep({.first = RuleId(a), .second = RuleId(b), .kind = RuleCorrelation::Kind::kImplies});
          } else if (inclusion_.Implies(y, x)) {
            Keep({.first = RuleId(b), .second = RuleId(a), .kind = RuleCorrelation::Kind::kImplies});
          }
        }
      }
    }
  }

  const RuleGraph& graph_;
  const NodeStore& nodes_;
  std::vector<Described> rules_;
  std::vector<RuleCorrelation> found_;
  TextTestInclusion inclusion_{graph_, kMostSearches};
  size_t steps_ = 0;
};

}  // namespace

double RuleCorrelation::share() const {
  const uint32_t fewer = std::min(of_first, of_second);
  return fewer == 0 ? 0 : static_cast<double>(shared) / fewer;
}

std::string_view NameOf(RuleCorrelation::Kind kind) {
  switch (kind) {
    case RuleCorrelation::Kind::kSame: return "same";
    case RuleCorrelation::Kind::kImplies: return "implies";
    case RuleCorrelation::Kind::kShares: return "shares";
  }
  return "";
}

std::vector<RuleCorrelation> FindRuleCorrelations(const RuleGraph& graph) { return Correlations(graph).Find(); }

}  // namespace assay

#include "runtime/scan/merged_automaton.h"

#include <algorithm>

namespace assay::scan {

using text::Condition;

namespace {

// Larger groups are walked as they are: what covers what costs their edges squared to find.
constexpr size_t kMaxCoverEdges = 4'000;
constexpr size_t kMaxCoverPositions = 512;

}  // namespace

// --- Building ------------------------------------------------------------------------------------------------------------

void MergedAutomaton::Builder::Add(uint32_t search, const text::Automaton& automaton) {
  const auto first = static_cast<uint32_t>(drafts_.size());
  const auto group = static_cast<uint32_t>(groups_.size());
  std::vector<uint32_t> sets;
  for (const text::CharacterSet& set : automaton.sets) sets.push_back(sets_.Intern(set));
  for (const text::Automaton::Position& position : automaton.positions) {
    Draft& draft = drafts_.emplace_back();
    draft.set = sets[position.set];
    draft.group = group;
    for (const text::Automaton::Edge& edge : position.edges) draft.edges.push_back({first + edge.to, edge.when});
    if (!position.accept.never()) draft.accepts.push_back({search, position.accept});
  }
  for (const text::Automaton::Edge& edge : automaton.start) starts_.push_back({first + edge.to, edge.when});
  if (!automaton.empty.never()) empty_.push_back({search, automaton.empty});
  groups_.push_back({search, first, static_cast<uint32_t>(drafts_.size()), {}, 0});
}

void MergedAutomaton::Builder::AddLiteral(uint32_t search, const LiteralPath& literal) {
  uint32_t at = kNone;
  for (uint32_t set : literal.sets) {
    const Condition when = at == kNone ? literal.begin : Condition::Always();
    std::vector<uint32_t>& children = children_[KeyOf(at, set)];
    std::vector<Edge>* edges = at == kNone ? &starts_ : &drafts_[at].edges;
    const auto found = std::ranges::find_if(children, [&](uint32_t edge) { return (*edges)[edge].when == when; });
    if (found != children.end()) {
      at = (*edges)[*found].to;
      continue;
    }
    children.push_back(static_cast<uint32_t>(edges->size()));
    edges->push_back({static_cast<uint32_t>(drafts_.size()), when});
    at = static_cast<uint32_t>(drafts_.size());
    drafts_.emplace_back().set = set;
  }
  std::vector<Accept>& accepts = drafts_[at].accepts;
  const auto same = std::ranges::find(accepts, search, &Accept::search);
  if (same == accepts.end()) {
    accepts.push_back({search, literal.end});
  } else {
    same->when = same->when | literal.end;
  }
}

MergedAutomaton MergedAutomaton::Builder::Finish() && {
  MergedAutomaton result;
  for (const Draft& draft : drafts_) {
    Position& position = result.positions_.emplace_back();
    position.set = draft.set;
    position.group = draft.group;
    position.first_edge = static_cast<uint32_t>(result.edges_.size());
    result.edges_.insert(result.edges_.end(), draft.edges.begin(), draft.edges.end());
    position.edge_end = static_cast<uint32_t>(result.edges_.size());
    position.first_accept = static_cast<uint32_t>(result.accepts_.size());
    result.accepts_.insert(result.accepts_.end(), draft.accepts.begin(), draft.accepts.end());
    position.accept_end = static_cast<uint32_t>(result.accepts_.size());
  }
  result.starts_ = std::move(starts_);
  result.empty_ = std::move(empty_);
  result.groups_ = std::move(groups_);
  return result;
}

KindClasses MergedAutomaton::Kinds() const {
  std::vector<uint32_t> bits;
  for (const Edge& edge : edges_) bits.push_back(edge.when.bits());
  for (const Edge& edge : starts_) bits.push_back(edge.when.bits());
  for (const Accept& accept : accepts_) bits.push_back(accept.when.bits());
  for (const Accept& accept : empty_) bits.push_back(accept.when.bits());
  std::ranges::sort(bits);
  const auto repeated = std::ranges::unique(bits);
  bits.erase(repeated.begin(), repeated.end());
  std::vector<Condition> conditions;
  for (uint32_t b : bits) conditions.push_back(Condition::FromBits(b));
  KindClasses kinds = KindClasses::Of(conditions);
  // In the empty text there is no character before which the empty string could be found.
  kinds.text_end = kinds.text_end || !empty_.empty();
  return kinds;
}

void MergedAutomaton::Prepare(const CharacterClasses& classes) {
  // The starts of each class, by counting: sets are few beside the starts.
  start_of_class_.assign(classes.class_count() + 1, 0);
  for (uint32_t c = 0; c < classes.class_count(); ++c) {
    start_of_class_[c] = static_cast<uint32_t>(starts_by_class_.size());
    for (const Edge& edge : starts_) {
      if (classes.Contains(positions_[edge.to].set, c)) starts_by_class_.push_back(edge);
    }
  }
  start_of_class_.back() = static_cast<uint32_t>(starts_by_class_.size());
  for (Group& group : groups_) FindCovers(group, classes);
}

// --- What covers what ----------------------------------------------------------------------------------------------------

namespace {

// The boundaries that a condition can meet between a character of kinds `before` (bits of After) and one of kinds `after`.
Condition Between(uint32_t before, uint32_t after) {
  Condition possible;
  for (unsigned b = 1; b < text::kBeforeKinds; ++b) {
    // The kinds of characters are in the same order on both sides, the line feed twice after a boundary.
    const unsigned as_after = b == 1 ? static_cast<unsigned>(text::After::kLineFeed) : b + 1;
    if (((before >> as_after) & 1) == 0) continue;
    for (unsigned a = 0; a < text::kAfterKinds; ++a) {
      if ((after >> a) & 1) possible = possible | Condition::At(text::Before(b), text::After(a));
    }
  }
  return possible;
}

bool Implies(Condition a, Condition b) { return (a & b) == a; }

}  // namespace

// Position p covers q where every acceptance and every edge of q has its like at p, which leads to a position that covers the
// one q's leads to: the greatest such relation, from all pairs by striking out. The start, active at every boundary, is one
// more p.
void MergedAutomaton::FindCovers(Group& group, const CharacterClasses& classes) {
  const size_t n = group.end - group.first;
  size_t edge_count = 0;
  bool branches = false;
  for (uint32_t p = group.first; p < group.end; ++p) {
    const size_t edges = positions_[p].edge_end - positions_[p].first_edge;
    edge_count += edges;
    branches = branches || edges > 1;
  }
  if (!branches || n > kMaxCoverPositions || edge_count > kMaxCoverEdges) return;
  constexpr uint32_t kAllKinds = Condition::kAnyAfter;
  const uint32_t final_line_feed = 1u << static_cast<unsigned>(text::After::kFinalLineFeed);
  std::vector<uint32_t> kinds(n);
  for (size_t i = 0; i < n; ++i) {
    kinds[i] = classes.KindsOf(positions_[group.first + i].set);
    if ((kinds[i] >> static_cast<unsigned>(text::After::kLineFeed)) & 1) kinds[i] |= final_line_feed;
  }
  struct Step {
    uint32_t to;  // in the group
    Condition when;
  };
  std::vector<std::vector<Step>> steps(n + 1);
  std::vector<Condition> accepts(n + 1);
  for (size_t i = 0; i < n; ++i) {
    const Position& position = positions_[group.first + i];
    for (const Edge& edge : EdgesOf(position)) {
      const uint32_t to = edge.to - group.first;
      const Condition when = edge.when & Between(kinds[i], kinds[to]);
      if (!when.never()) steps[i].push_back({to, when});
    }
    for (const Accept& accept : AcceptsOf(position)) accepts[i] = accepts[i] | (accept.when & Between(kinds[i], kAllKinds));
  }
  for (const Edge& edge : starts_) {
    if (edge.to >= group.first && edge.to < group.end) steps[n].push_back({edge.to - group.first, edge.when});
  }
  for (const Accept& accept : empty_) {
    if (accept.search == group.search) accepts[n] = accepts[n] | accept.when;
  }

  const size_t words = (n + 63) / 64;
  std::vector<uint64_t> covers((n + 1) * words);
  const auto has = [&](size_t p, size_t q) { return (covers[p * words + q / 64] >> (q % 64)) & 1; };
  for (size_t p = 0; p <= n; ++p) {
    for (size_t q = 0; q < n; ++q) {
      if (Implies(accepts[q], accepts[p])) covers[p * words + q / 64] |= uint64_t{1} << (q % 64);
    }
  }
  const auto holds = [&](size_t p, size_t q) {
    return std::ranges::all_of(steps[q], [&](const Step& of_q) {
      return std::ranges::any_of(steps[p], [&](const Step& of_p) {
        if (of_p.to == of_q.to) return Implies(of_q.when, of_p.when);
        return has(of_p.to, of_q.to) && Implies(of_q.when, of_p.when) &&
               classes.IsSubset(positions_[group.first + of_q.to].set, positions_[group.first + of_p.to].set);
      });
    });
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t q = n; q-- > 0;) {
      for (size_t p = 0; p <= n; ++p) {
        if (p == q || !has(p, q) || holds(p, q)) continue;
        covers[p * words + q / 64] &= ~(uint64_t{1} << (q % 64));
        changed = true;
      }
    }
  }
  bool any = false;
  for (size_t i = 0; i < n; ++i) {
    if (has(n, i)) positions_[group.first + i].hopeless = true;
    // Of two that cover each other the first stays.
    covers[i * words + i / 64] &= ~(uint64_t{1} << (i % 64));
    for (size_t q = 0; q < i; ++q) {
      if (has(i, q) && has(q, i)) covers[i * words + q / 64] &= ~(uint64_t{1} << (q % 64));
    }
  }
  for (size_t i = 0; i < n * words; ++i) any = any || covers[i] != 0;
  if (!any) return;
  covers.resize(n * words);
  group.covers = std::move(covers);
  group.words = words;
}

}  // namespace assay::scan

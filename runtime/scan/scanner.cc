// Building: what is searched becomes automata, and a program for what has been taken out. How texts are read is in scanner_scratch.cc.
#include "runtime/scan/scanner.h"

#include <algorithm>

#include "runtime/scan/scanner_state.h"
#include "runtime/text/utf8.h"

namespace assay::scan {

using text::After;
using text::Before;
using text::Condition;

namespace {

// Ranges of all sets of a search up to which it has classes of its own.
constexpr size_t kMaxOwnRanges = 500;

constexpr Condition NoWordBefore() {
  Condition result;
  for (unsigned a = 0; a < text::kAfterKinds; ++a) {
    for (Before b : {Before::kTextBegin, Before::kLineFeed, Before::kOther}) result = result | Condition::At(b, After(a));
  }
  return result;
}

constexpr Condition NoWordAfter() {
  Condition result;
  for (unsigned b = 0; b < text::kBeforeKinds; ++b) {
    for (After a : {After::kTextEnd, After::kFinalLineFeed, After::kLineFeed, After::kOther}) result = result | Condition::At(Before(b), a);
  }
  return result;
}

constexpr Condition AtTextBegin() {
  Condition result;
  for (unsigned a = 0; a < text::kAfterKinds; ++a) result = result | Condition::At(Before::kTextBegin, After(a));
  return result;
}

constexpr Condition AtTextEnd() {
  Condition result;
  for (unsigned b = 0; b < text::kBeforeKinds; ++b) result = result | Condition::At(Before(b), After::kTextEnd);
  return result;
}

}  // namespace

ScanStatistics& ScanStatistics::operator+=(const ScanStatistics& other) {
  rows += other.rows;
  bytes += other.bytes;
  states += other.states;
  transitions += other.transitions;
  clears += other.clears;
  confirmed_rows += other.confirmed_rows;
  matched_rows += other.matched_rows;
  simulated += other.simulated;
  looked_up_rows += other.looked_up_rows;
  return *this;
}

Hash128 HashOf(const text::Automaton& automaton) {
  Hasher hasher;
  const auto add_edges = [&](const std::vector<text::Automaton::Edge>& edges) {
    hasher.Add(uint64_t{edges.size()});
    for (const text::Automaton::Edge& edge : edges) hasher.Add(uint64_t{edge.to} << 32 | edge.when.bits());
  };
  hasher.Add(uint64_t{automaton.sets.size()});
  for (const text::CharacterSet& set : automaton.sets) {
    hasher.Add(uint64_t{set.ranges.size()} << 16 | uint64_t{set.classes} << 1 | (set.negated ? 1 : 0));
    for (const text::CodePointRange& range : set.ranges) hasher.Add(uint64_t{range.first} << 32 | range.last);
  }
  for (const text::Automaton::Position& position : automaton.positions) {
    hasher.Add(uint64_t{position.set} << 32 | position.accept.bits());
    add_edges(position.edges);
  }
  add_edges(automaton.start);
  return hasher.Add(uint64_t{automaton.empty.bits()}).Finish();
}

// --- Building ------------------------------------------------------------------------------------------------------------

Scanner::Builder::Builder() : state_(std::make_shared<State>()) {}
Scanner::Builder::~Builder() = default;

uint32_t Scanner::Builder::AddPattern(const text::Automaton& automaton, std::span<const text::Automaton> pieces) {
  const auto [known, added] = state_->pattern_by_hash.try_emplace(HashOf(automaton), state_->search_count);
  if (!added) return known->second;
  PatternSearch& search = state_->patterns[state_->search_count];
  search = {automaton, {pieces.begin(), pieces.end()}, {}};
  for (const text::Automaton& piece : pieces) search.piece_hashes.push_back(HashOf(piece));
  return state_->search_count++;
}

uint32_t Scanner::Builder::NewSearch() { return state_->search_count++; }

void Scanner::Builder::AddLiteral(uint32_t search, std::string_view literal, LiteralSearch how) {
  LiteralPath path;
  std::vector<char32_t> characters;
  for (char32_t c : text::CodePoints(literal)) {
    const std::span<const char32_t> orbit = how.nocase || how.lowered ? text::FoldOrbit(c) : std::span<const char32_t>();
    characters.assign(orbit.begin(), orbit.end());
    if (orbit.empty()) characters.push_back(c);
    // What lowering makes the character is among those that fold alike.
    if (how.lowered) std::erase_if(characters, [&](char32_t other) { return text::SimpleLower(other) != c; });
    path.sets.push_back(state_->sets.InternCharacters(characters));
  }
  if (how.words) path.begin = NoWordBefore();
  if (how.words) path.end = NoWordAfter();
  if (how.place == LiteralPlace::kAtBegin) path.begin = AtTextBegin();
  if (how.place == LiteralPlace::kAtEnd) path.end = AtTextEnd();
  state_->literals.push_back({search, std::move(path)});
}

OwnAutomaton Scanner::State::MakeOwn(const text::Automaton& automaton) {
  SetStore own_sets;
  const auto merged = [&](SetStore& of) {
    MergedAutomaton::Builder builder(of);
    builder.Add(0, automaton);
    return std::move(builder).Finish();
  };
  OwnAutomaton own{merged(own_sets), std::nullopt};
  const KindClasses own_kinds = own.automaton.Kinds();
  size_t ranges = own_kinds.words ? text::WordRanges().size() : 0;
  for (uint32_t set = 0; set < own_sets.size(); ++set) ranges += own_sets.members(set).size();
  if (ranges <= kMaxOwnRanges) {
    own.alphabet.emplace(own_kinds, CharacterClasses(own_sets, own_kinds));
  } else {
    own.automaton = merged(sets);
  }
  own.automaton.Prepare(own.alphabet ? own.alphabet->classes : *classes);
  return own;
}

Scanner Scanner::Builder::Build(ScanOptions options) && {
  State& state = *state_;
  state.options = options;
  // Classes serve every program: they are made of all sets and conditions there are, those of the pieces among them.
  MergedAutomaton::Builder everything(state.sets);
  for (const auto& [search, pattern] : state.patterns) {
    everything.Add(search, pattern.automaton);
    for (const text::Automaton& piece : pattern.pieces) everything.Add(search, piece);
  }
  for (const State::Literal& literal : state.literals) everything.AddLiteral(literal.search, literal.path);
  const MergedAutomaton all = std::move(everything).Finish();
  state.kinds = all.Kinds();
  state.classes.emplace(state.sets, state.kinds);
  state.TakeWords();
  state.program = state.MakeProgram({}, 0);
  return Scanner(std::move(state_));
}

// Takes searches for whole words from those to be walked, if they are many.
void Scanner::State::TakeWords() {
  std::vector<std::optional<std::vector<WholeWord>>> of_literals;
  std::map<uint32_t, std::vector<WholeWord>> of_patterns;
  size_t count = 0;
  for (const Literal& literal : literals) {
    of_literals.push_back(WholeWordsOf(literal.path, sets));
    count += of_literals.back() ? 1 : 0;
  }
  for (const auto& [search, pattern] : patterns) {
    auto found = WholeWordsOf(pattern.automaton);
    if (!found) continue;
    count += found->size();
    of_patterns.emplace(search, *std::move(found));
  }
  if (count == 0 || count < options.min_words) return;
  words.emplace();
  MergedAutomaton::Builder builder(sets);
  std::vector<Literal> walked;
  for (size_t i = 0; i < literals.size(); ++i) {
    if (of_literals[i]) {
      words->Add(literals[i].search, *of_literals[i]);
      builder.AddLiteral(literals[i].search, literals[i].path);
    } else {
      walked.push_back(std::move(literals[i]));
    }
  }
  literals = std::move(walked);
  for (const auto& [search, found] : of_patterns) {
    words->Add(search, found);
    builder.Add(search, patterns.at(search).automaton);
    patterns.erase(search);
  }
  words->Finish();
  words_automaton = std::move(builder).Finish();
  words_automaton.Prepare(*classes);
}

std::shared_ptr<const Program> Scanner::State::MakeProgram(std::span<const uint32_t> taken_out, double saved) {
  auto made = std::make_shared<Program>();
  MergedAutomaton::Builder pass(sets);
  made->saved = saved;
  std::unordered_map<Hash128, uint32_t> pieces;
  for (const Literal& literal : literals) pass.AddLiteral(literal.search, literal.path);
  for (const auto& [search, pattern] : patterns) {
    if (!std::ranges::binary_search(taken_out, search)) {
      pass.Add(search, pattern.automaton);
      continue;
    }
    Confirmation& confirmation = made->confirmations.emplace_back();
    confirmation.search = search;
    const bool all_weak = std::ranges::all_of(pattern.piece_hashes, [&](const Hash128& hash) { return weak_pieces.contains(hash); });
    for (size_t piece = 0; piece < pattern.pieces.size(); ++piece) {
      const Hash128 hash = pattern.piece_hashes[piece];
      if (!all_weak && weak_pieces.contains(hash)) continue;
      const auto [known, added] = pieces.try_emplace(hash, static_cast<uint32_t>(made->pieces.size()));
      if (added) {
        pass.Add(search_count + known->second, pattern.pieces[piece]);
        made->pieces.push_back(hash);
      }
      confirmation.pieces.push_back(known->second);
    }
    std::shared_ptr<const OwnAutomaton>& own = own_automata[search];
    if (own == nullptr) own = std::make_shared<const OwnAutomaton>(MakeOwn(pattern.automaton));
    confirmation.own = own;
  }
  made->pass = std::move(pass).Finish();
  made->pass.Prepare(*classes);
  return made;
}

Scanner::Scanner(std::shared_ptr<State> state) : state_(std::move(state)) {}

size_t Scanner::size() const { return state_->search_count; }

std::vector<uint32_t> Scanner::taken_out() const {
  const std::scoped_lock lock(state_->mutex);
  std::vector<uint32_t> searches;
  for (const Confirmation& confirmation : state_->program->confirmations) searches.push_back(confirmation.search);
  return searches;
}

}  // namespace assay::scan

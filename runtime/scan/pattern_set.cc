#include "runtime/scan/pattern_set.h"

#include <algorithm>
#include <unordered_map>

#include "runtime/plan/plan.h"
#include "runtime/scan/dictionary_search.h"
#include "runtime/text/case.h"
#include "runtime/text/literal.h"

namespace assay {

namespace {

constexpr std::string_view kDottedI = "\u0130";

// The rows of a word whose text is not null.
uint64_t KnownRows(const uint64_t* known, size_t word, size_t rows) {
  const size_t left = rows - word * 64;
  const uint64_t all = left >= 64 ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
  return known == nullptr ? all : known[word] & all;
}

struct TextTest {
  TextTestKind kind;
  ScanWay way = ScanWay::kEachText;
  bool negated = false;
  bool lowered = false;  // asks about the lowered text
  std::vector<uint32_t> searches;
  text::Literal literal{""};  // the constant, where it is text
  const SetValues* set = nullptr;
  std::unique_ptr<DictionarySearch> dictionary;
  const text::Regex* regex = nullptr;
};

bool AnyMember(const TextTest& test, std::string_view text, ScanScratch& scratch) {
  if (test.dictionary != nullptr) return test.dictionary->AnyIn(text, scratch.dictionary);
  return std::ranges::any_of(test.set->Literals(), [&](const text::Literal& literal) { return literal.In(text); });
}

text::Found Answer(bool found) { return found ? text::Found::kYes : text::Found::kNo; }

text::Found Try(const TextTest& test, std::string_view text, ScanScratch& scratch) {
  switch (test.kind) {
    case TextTestKind::kEqual: return Answer(text == test.literal.needle());
    case TextTestKind::kInSet: return Answer(test.set->Contains(text));
    case TextTestKind::kContains:
    case TextTestKind::kContainsNocase: return Answer(test.literal.In(text));
    case TextTestKind::kHasAny: return Answer(AnyMember(test, text, scratch));
    case TextTestKind::kHasNone: return Answer(!AnyMember(test, text, scratch));
    case TextTestKind::kHasAll:
      return Answer(std::ranges::all_of(test.set->Literals(), [&](const text::Literal& literal) { return literal.In(text); }));
    case TextTestKind::kMatches: return test.regex->Search(text, scratch.regex);
    case TextTestKind::kStartsWith: return Answer(text.starts_with(test.literal.needle()));
    case TextTestKind::kEndsWith: return Answer(text.ends_with(test.literal.needle()));
    case TextTestKind::kStartsWithAny:
      return Answer(std::ranges::any_of(test.set->Literals(), [&](const text::Literal& literal) { return literal.Starts(text); }));
    case TextTestKind::kEndsWithAny:
      return Answer(std::ranges::any_of(test.set->Literals(), [&](const text::Literal& literal) { return literal.Ends(text); }));
    case TextTestKind::kLike: return Answer(text::Like(text, test.literal.needle()));
  }
  return text::Found::kNo;
}

scan::LiteralPlace PlaceOf(TextTestKind kind) {
  if (kind == TextTestKind::kStartsWith || kind == TextTestKind::kStartsWithAny) return scan::LiteralPlace::kAtBegin;
  if (kind == TextTestKind::kEndsWith || kind == TextTestKind::kEndsWithAny) return scan::LiteralPlace::kAtEnd;
  return scan::LiteralPlace::kAnywhere;
}

}  // namespace

scan::ScanStatistics ScanScratch::Statistics() const {
  scan::ScanStatistics result;
  for (const auto& [set, scanner] : scanners) result += scanner.statistics();
  return result;
}

struct PatternSet::State {
  std::vector<TextTest> tests;
  // Equality and exact membership of all tests: a text's tests are those that are true for it.
  std::unordered_map<std::string_view, std::vector<uint32_t>> equal;
  std::optional<scan::Scanner> scanner;
  std::vector<uint32_t> direct;  // by search: the test whose plane it writes, or kShared
  static constexpr uint32_t kShared = ~uint32_t{0};
  // Where tests of lowered texts are answered without lowering: the search for the one character that does not become one
  // character; texts with it are lowered.
  std::optional<uint32_t> dotted;

  void AddHashed(uint32_t test, std::string_view text);
  void AddSearches(TextTest& test, scan::Scanner::Builder& builder, size_t& searches);
  Status AddPattern(TextTest& test, const RuleGraph& graph, PatternId id, scan::Scanner::Builder& builder, size_t& searches);
  void ShareSearches(size_t searches);
  void AnswerLowered(std::span<const std::string_view> texts, std::span<const Output> outputs, ScanScratch& scratch) const;
  void Combine(const TextTest& test, std::span<const std::string_view> texts, const uint64_t* known, const Output& output,
               ScanScratch& scratch) const;
};

void PatternSet::State::AddHashed(uint32_t test, std::string_view text) {
  auto& tests_of_text = equal[text];
  if (tests_of_text.empty() || tests_of_text.back() != test) tests_of_text.push_back(test);
}

// Searches for the literals of a test.
void PatternSet::State::AddSearches(TextTest& test, scan::Scanner::Builder& builder, size_t& searches) {
  const auto new_search = [&] {
    searches = builder.NewSearch() + size_t{1};
    test.searches.push_back(static_cast<uint32_t>(searches - 1));
    return test.searches.back();
  };
  if (test.set == nullptr) {
    builder.AddLiteral(new_search(), test.literal.needle(), {.nocase = test.literal.options().nocase, .lowered = test.lowered, .place = PlaceOf(test.kind)});
  } else {
    for (const text::Literal& literal : test.set->Literals()) {
      const uint32_t search = test.searches.empty() || test.kind == TextTestKind::kHasAll ? new_search() : test.searches.back();
      builder.AddLiteral(search, literal.needle(),
                         {.nocase = literal.options().nocase,
                          .lowered = test.lowered,
                          .words = literal.options().words,
                          .place = PlaceOf(test.kind)});
    }
  }
  test.negated = test.kind == TextTestKind::kHasNone;
}

Status PatternSet::State::AddPattern(TextTest& test, const RuleGraph& graph, PatternId id, scan::Scanner::Builder& builder,
                                     size_t& searches) {
  const Pattern& pattern = graph.resources.pattern(id);
  if (!pattern.exact) {
    ASSAY_ASSIGN_OR_RETURN(test.regex, graph.resources.Compiled(id));
  }
  // What matches every text is let through by no search at all.
  if (pattern.automaton.MatchesEverywhere()) return {};
  test.searches.push_back(builder.AddPattern(pattern.automaton, pattern.pieces));
  searches = std::max(searches, test.searches.back() + size_t{1});
  return {};
}

// A search that is all of one test writes the test's plane itself.
void PatternSet::State::ShareSearches(size_t searches) {
  direct.assign(searches, kShared);
  for (uint32_t t = 0; t < tests.size(); ++t) {
    const TextTest& test = tests[t];
    const bool whole = test.way == ScanWay::kPass && !test.negated && test.searches.size() == 1;
    if (whole && direct[test.searches[0]] == kShared) direct[test.searches[0]] = t;
  }
}

PatternSet::PatternSet(std::unique_ptr<State> state) : state_(std::move(state)) {}
PatternSet::PatternSet(PatternSet&&) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&&) noexcept = default;
PatternSet::~PatternSet() = default;

size_t PatternSet::size() const { return state_->tests.size(); }

std::vector<uint32_t> PatternSet::TakenOut() const {
  std::vector<uint32_t> result;
  if (!state_->scanner) return result;
  const std::vector<uint32_t> searches = state_->scanner->taken_out();
  for (uint32_t t = 0; t < state_->tests.size(); ++t) {
    const auto confirmed = [&](uint32_t search) { return std::ranges::binary_search(searches, search); };
    if (std::ranges::any_of(state_->tests[t].searches, confirmed)) result.push_back(t);
  }
  return result;
}

Result<PatternSet> PatternSet::Build(const RuleGraph& graph, std::span<const NodeId> tests, scan::ScanOptions options) {
  auto state = std::make_unique<State>();
  scan::Scanner::Builder builder;
  size_t searches = 0;
  state->tests.reserve(tests.size());
  for (NodeId node : tests) {
    const auto shape = AsTextTest(graph, node);
    if (!shape) return Fail(ErrorKind::kInternal, "a scan of a node that is no test of a text");
    const Constant& constant = graph.nodes.ConstantAt(shape->constant);
    const auto index = static_cast<uint32_t>(state->tests.size());
    TextTest& test = state->tests.emplace_back();
    test.kind = shape->kind;
    test.lowered = shape->lowered;
    test.way = ScanWayOf(graph, *shape);
    const TypeKind type = graph.types.Kind(constant.type);
    if (type == TypeKind::kRegex) {
      ASSAY_RETURN_IF_ERROR(state->AddPattern(test, graph, PatternId(constant.resource), builder, searches));
      continue;
    }
    if (type == TypeKind::kSet) {
      test.set = &graph.resources.set(SetId(constant.resource));
    } else {
      test.literal = text::Literal(constant.value.as_string(), {.nocase = test.kind == TextTestKind::kContainsNocase});
    }
    switch (test.way) {
      case ScanWay::kHash:
        if (test.set == nullptr) {
          state->AddHashed(index, test.literal.needle());
        } else {
          for (size_t member = 0; member < test.set->size(); ++member) state->AddHashed(index, test.set->TextAt(member));
        }
        break;
      case ScanWay::kPass: state->AddSearches(test, builder, searches); break;
      case ScanWay::kDictionary: test.dictionary = std::make_unique<DictionarySearch>(*test.set); break;
      case ScanWay::kPassAndPcre2:
      case ScanWay::kEachText: break;
    }
  }
  if (std::ranges::any_of(state->tests, &TextTest::lowered)) {
    state->dotted = builder.NewSearch();
    builder.AddLiteral(*state->dotted, kDottedI);
    searches = *state->dotted + size_t{1};
  }
  state->ShareSearches(searches);
  if (searches != 0) state->scanner = std::move(builder).Build(options);
  return PatternSet(std::move(state));
}

// The answers to a test that are not in its plane yet; planes of searches are in scratch.planes.
void PatternSet::State::Combine(const TextTest& test, std::span<const std::string_view> texts, const uint64_t* known, const Output& output,
                                ScanScratch& scratch) const {
  const size_t words = (texts.size() + 63) / 64;
  for (size_t word = 0; word < words; ++word) {
    const uint64_t rows = KnownRows(known, word, texts.size());
    uint64_t through = rows;
    for (uint32_t search : test.searches) through &= scratch.planes[search][word];
    if (test.way == ScanWay::kPass) {
      output.plane[word] = test.negated ? rows & ~through : through;
      continue;
    }
    uint64_t plane = 0;
    for (; through != 0; through &= through - 1) {
      const uint64_t bit = through & -through;
      const std::string_view text = texts[word * 64 + static_cast<size_t>(__builtin_ctzll(through))];
      const text::Found found = test.way == ScanWay::kPassAndPcre2 ? test.regex->SearchPastFilter(text, scratch.regex) : Try(test, text, scratch);
      if (found == text::Found::kYes) plane |= bit;
      if (found == text::Found::kUnknown) {
        ++scratch.limit_hits;
        if (output.known != nullptr) output.known[word] &= ~bit;
      }
    }
    output.plane[word] = plane;
  }
}

void PatternSet::State::AnswerLowered(std::span<const std::string_view> texts, std::span<const Output> outputs,
                                      ScanScratch& scratch) const {
  for (size_t word = 0; word < (texts.size() + 63) / 64; ++word) {
    for (uint64_t rows = scratch.planes[*dotted][word]; rows != 0; rows &= rows - 1) {
      const uint64_t bit = rows & -rows;
      scratch.lowered.clear();
      text::Lower(texts[word * 64 + static_cast<size_t>(__builtin_ctzll(rows))], scratch.lowered);
      for (size_t t = 0; t < tests.size(); ++t) {
        if (!tests[t].lowered) continue;
        const bool found = Try(tests[t], scratch.lowered, scratch) == text::Found::kYes;
        outputs[t].plane[word] = (outputs[t].plane[word] & ~bit) | (found ? bit : 0);
      }
    }
  }
}

void PatternSet::Scan(std::span<const std::string_view> texts, const uint64_t* known, std::span<const Output> outputs,
                      ScanScratch& scratch) const {
  const State& state = *state_;
  const size_t words = (texts.size() + 63) / 64;
  for (const Output& output : outputs) {
    if (output.known == nullptr) continue;
    for (size_t word = 0; word < words; ++word) output.known[word] = KnownRows(known, word, texts.size());
  }
  if (state.scanner) {
    const size_t searches = state.direct.size();
    const auto shared = static_cast<size_t>(std::ranges::count(state.direct, State::kShared));
    scratch.words.resize(shared * words);
    scratch.planes.clear();
    uint64_t* free = scratch.words.data();
    for (size_t search = 0; search < searches; ++search) {
      const bool own = state.direct[search] == State::kShared;
      scratch.planes.push_back(own ? free : outputs[state.direct[search]].plane);
      if (own) free += words;
    }
    state.scanner->Scan(texts, known, scratch.planes.data(), scratch.scanners[this->state_.get()]);
  }
  for (uint32_t t = 0; t < state.tests.size(); ++t) {
    const TextTest& test = state.tests[t];
    if (test.way == ScanWay::kHash) {
      std::fill_n(outputs[t].plane, words, 0);
    } else if (test.way != ScanWay::kPass || test.searches.size() != 1 || state.direct[test.searches[0]] != t) {
      state.Combine(test, texts, known, outputs[t], scratch);
    }
  }
  if (state.dotted) state.AnswerLowered(texts, outputs, scratch);
  if (state.equal.empty()) return;
  for (size_t word = 0; word < words; ++word) {
    for (uint64_t rows = KnownRows(known, word, texts.size()); rows != 0; rows &= rows - 1) {
      const auto bit = static_cast<size_t>(__builtin_ctzll(rows));
      const auto found = state.equal.find(texts[word * 64 + bit]);
      if (found == state.equal.end()) continue;
      for (uint32_t test : found->second) outputs[test].plane[word] |= uint64_t{1} << bit;
    }
  }
}

}  // namespace assay

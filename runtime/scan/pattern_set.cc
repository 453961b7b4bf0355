#include "runtime/scan/pattern_set.h"

#include <algorithm>
#include <unordered_map>
#include <variant>

#include "runtime/plan/plan.h"
#include "runtime/scan/member_search.h"
#include "runtime/text/literal.h"

namespace assay {

namespace {

// Sets with more members than this are searched together.
constexpr size_t kTriedOneByOne = 6;

// The rows of a word whose text is not null.
uint64_t KnownRows(const uint64_t* known, size_t word, size_t rows) {
  const size_t left = rows - word * 64;
  const uint64_t all = left >= 64 ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
  return known == nullptr ? all : known[word] & all;
}

struct Matcher {
  TextTestKind kind;
  text::Literal literal{""};  // the constant, where it is text
  const SetValues* set = nullptr;
  std::unique_ptr<MemberSearch> members;  // for large sets
  const text::Regex* regex = nullptr;
  bool hashed = false;  // answered by the one hash of all equality tests
};

bool AnyMember(const Matcher& test, std::string_view text, ScanScratch& scratch) {
  if (test.members != nullptr) {
    if (const auto found = test.members->AnyIn(text, scratch.folded)) return *found;
  }
  return std::ranges::any_of(test.set->Literals(), [&](const text::Literal& literal) { return literal.In(text); });
}

text::Found Answer(bool found) { return found ? text::Found::kYes : text::Found::kNo; }

text::Found Run(const Matcher& test, std::string_view text, ScanScratch& scratch) {
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

}  // namespace

struct PatternSet::State {
  std::vector<Matcher> tests;
  // Equality and exact membership of all tests: a text's tests are those that are true for it.
  std::unordered_map<std::string_view, std::vector<uint32_t>> equal;
  bool any_hashed = false;

  void AddHashed(uint32_t test, std::string_view text) {
    auto& tests_of_text = equal[text];
    if (tests_of_text.empty() || tests_of_text.back() != test) tests_of_text.push_back(test);
  }
};

PatternSet::PatternSet(std::unique_ptr<State> state) : state_(std::move(state)) {}
PatternSet::PatternSet(PatternSet&&) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&&) noexcept = default;
PatternSet::~PatternSet() = default;

size_t PatternSet::size() const { return state_->tests.size(); }

Result<PatternSet> PatternSet::Build(const RuleGraph& graph, std::span<const NodeId> tests) {
  auto state = std::make_unique<State>();
  state->tests.reserve(tests.size());
  for (NodeId node : tests) {
    const auto shape = AsTextTest(graph, node);
    if (!shape) return Fail(ErrorKind::kInternal, "a scan of a node that is no test of a text");
    const Constant& constant = graph.nodes.ConstantAt(shape->constant);
    Matcher& test = state->tests.emplace_back();
    test.kind = shape->kind;
    const TypeKind type = graph.types.Kind(constant.type);
    if (type == TypeKind::kRegex) {
      ASSAY_ASSIGN_OR_RETURN(test.regex, graph.resources.Compiled(PatternId(constant.resource)));
    } else if (type == TypeKind::kSet) {
      test.set = &graph.resources.set(SetId(constant.resource));
      const bool any = test.kind == TextTestKind::kHasAny || test.kind == TextTestKind::kHasNone;
      if (any && test.set->size() > kTriedOneByOne) test.members = std::make_unique<MemberSearch>(*test.set);
      test.hashed = test.kind == TextTestKind::kInSet && !test.set->modifiers().nocase;
    } else {
      test.literal = text::Literal(constant.value.as_string(), {.nocase = test.kind == TextTestKind::kContainsNocase});
      test.hashed = test.kind == TextTestKind::kEqual;
    }
  }
  for (uint32_t t = 0; t < state->tests.size(); ++t) {
    const Matcher& test = state->tests[t];
    if (!test.hashed) continue;
    state->any_hashed = true;
    if (test.kind == TextTestKind::kEqual) state->AddHashed(t, test.literal.needle());
    if (test.set == nullptr) continue;
    for (const SetMember& member : test.set->members()) {
      if (member.size() == 1 && std::holds_alternative<std::string>(member[0])) state->AddHashed(t, std::get<std::string>(member[0]));
    }
  }
  return PatternSet(std::move(state));
}

void PatternSet::Scan(std::span<const std::string_view> texts, const uint64_t* known, std::span<const Output> outputs,
                      ScanScratch& scratch) const {
  const size_t words = (texts.size() + 63) / 64;
  for (const Output& output : outputs) {
    std::fill_n(output.plane, words, 0);
    if (output.known == nullptr) continue;
    for (size_t word = 0; word < words; ++word) output.known[word] = KnownRows(known, word, texts.size());
  }
  for (size_t word = 0; word < words; ++word) {
    const uint64_t rows = KnownRows(known, word, texts.size());
    if (state_->any_hashed) {
      for (uint64_t left = rows; left != 0; left &= left - 1) {
        const auto bit = static_cast<size_t>(__builtin_ctzll(left));
        const auto found = state_->equal.find(texts[word * 64 + bit]);
        if (found == state_->equal.end()) continue;
        for (uint32_t test : found->second) outputs[test].plane[word] |= uint64_t{1} << bit;
      }
    }
    for (size_t t = 0; t < state_->tests.size(); ++t) {
      const Matcher& test = state_->tests[t];
      if (test.hashed) continue;
      uint64_t plane = 0;
      for (uint64_t left = rows; left != 0; left &= left - 1) {
        const auto bit = static_cast<size_t>(__builtin_ctzll(left));
        const text::Found found = Run(test, texts[word * 64 + bit], scratch);
        if (found == text::Found::kYes) plane |= uint64_t{1} << bit;
        if (found == text::Found::kUnknown) {
          ++scratch.limit_hits;
          if (outputs[t].known != nullptr) outputs[t].known[word] &= ~(uint64_t{1} << bit);
        }
      }
      outputs[t].plane[word] = plane;
    }
  }
}

}  // namespace assay

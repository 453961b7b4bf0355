// Texts are read in portions, small ones at first, so that a scan learns early. After each, a thread looks at what its table
// has cost; whoever decides to take searches out makes the next program, which the other threads take up at their next portion.
#include <algorithm>
#include <array>

#include "runtime/base/count_bits.h"
#include "runtime/scan/plan.h"
#include "runtime/scan/scanner_state.h"
#include "runtime/scan/walk.h"

namespace assay::scan {

namespace {

constexpr size_t kFirstPortion = 512;     // texts
constexpr size_t kFirstPortionBytes = size_t{32} << 10;
constexpr size_t kLearningRows = 8'192;   // read in first portions
constexpr size_t kFirstDecision = 1'024;  // rows before anything is taken out
constexpr size_t kFirstDecisionBytes = size_t{64} << 10;
// So many programs may be changed as soon as there is reason to, later ones at the doublings of the texts read.
constexpr uint32_t kHastyPrograms = 16;
// A table that is cleared so often between two decisions is thrashing.
constexpr uint64_t kThrashingClears = 2;
constexpr size_t kMinOwnBudget = size_t{32} << 10;

void Add(ScanStatistics& to, const DfaStatistics& from) {
  to.states += from.states;
  to.transitions += from.transitions;
  to.clears += from.clears;
  to.simulated += from.simulated;
}

// A multiple of 64, or the end.
size_t EndOfFirstPortion(std::span<const std::string_view> texts, size_t begin) {
  size_t bytes = 0;
  size_t end = begin;
  while (end < texts.size() && end < begin + kFirstPortion && bytes < kFirstPortionBytes) {
    for (const size_t word_end = std::min(texts.size(), end + 64); end < word_end; ++end) bytes += texts[end].size();
  }
  return end;
}

}  // namespace

struct ScannerScratch::State {
  // A search outside the pass.
  struct Own {
    std::unique_ptr<LazyDfa> dfa;
    uint64_t rows = 0;  // that its pieces let through
  };

  std::shared_ptr<Scanner::State> scanner;
  std::shared_ptr<const Program> program;
  uint32_t version = 0;
  std::unique_ptr<LazyDfa> pass;
  std::vector<Own> own;  // by confirmation
  std::vector<uint64_t> piece_rows;  // by piece: texts that have it
  std::unique_ptr<LazyDfa> words_dfa;
  WordSearches::Scratch words;
  Progress progress;     // of this program
  Progress earlier;      // at the last decision or half-way to the first
  ScanStatistics finished;  // of earlier programs, and what no table counts

  std::vector<uint32_t> rows;
  std::vector<uint32_t> by_length;
  std::vector<uint64_t> piece_words;
  std::vector<uint64_t*> planes;

  void TakeUp(std::shared_ptr<const Program> next, uint32_t next_version);
  void Portion(std::span<const std::string_view> texts, const uint64_t* known, size_t begin, size_t end, uint64_t* const* outputs);
  void LookUpWords(std::span<const std::string_view> texts, uint64_t* const* outputs);
  void Confirm(std::span<const std::string_view> texts, size_t begin, size_t end);
  void SortByLength(std::span<const std::string_view> texts);
  void Learn();
  std::vector<Outside> SearchesOutside() const;
  void TakeOut(std::vector<uint32_t> searches, std::span<const uint32_t> back, std::span<const uint32_t> weak, double saved);
  ScanStatistics Statistics() const;
};

ScannerScratch::ScannerScratch() = default;
ScannerScratch::~ScannerScratch() = default;
ScannerScratch::ScannerScratch(ScannerScratch&&) noexcept = default;
ScannerScratch& ScannerScratch::operator=(ScannerScratch&&) noexcept = default;

ScanStatistics ScannerScratch::State::Statistics() const {
  ScanStatistics result = finished;
  if (pass != nullptr) Add(result, pass->statistics());
  for (const Own& o : own) {
    if (o.dfa != nullptr) Add(result, o.dfa->statistics());
  }
  if (words_dfa != nullptr) Add(result, words_dfa->statistics());
  return result;
}

ScanStatistics ScannerScratch::statistics() const { return state_ == nullptr ? ScanStatistics() : state_->Statistics(); }

void ScannerScratch::State::TakeUp(std::shared_ptr<const Program> next, uint32_t next_version) {
  finished = Statistics();
  words_dfa.reset();
  program = std::move(next);
  version = next_version;
  pass = std::make_unique<LazyDfa>(program->pass, *scanner->classes, scanner->kinds, scanner->options.memory_budget);
  own.clear();
  own.resize(program->confirmations.size());
  piece_rows.assign(program->pieces.size(), 0);
  progress = {};
  earlier = {};
}

// Texts that are walked together should end together: they are read in the order of their lengths, by counting.
void ScannerScratch::State::SortByLength(std::span<const std::string_view> texts) {
  constexpr size_t kBuckets = 1024;
  const auto bucket = [&](uint32_t row) { return std::min(texts[row].size(), kBuckets - 1); };
  std::array<uint32_t, kBuckets + 1> starts{};
  for (uint32_t row : rows) ++starts[bucket(row) + 1];
  for (size_t b = 0; b < kBuckets; ++b) starts[b + 1] += starts[b];
  by_length.resize(rows.size());
  for (uint32_t row : rows) by_length[starts[bucket(row)]++] = row;
  rows.swap(by_length);
}

void ScannerScratch::State::LookUpWords(std::span<const std::string_view> texts, uint64_t* const* outputs) {
  scanner->words->Scan(texts, rows, outputs, words);
  finished.looked_up_rows += rows.size() - words.left.size();
  if (words.left.empty()) return;
  if (words_dfa == nullptr) {
    words_dfa = std::make_unique<LazyDfa>(scanner->words_automaton, *scanner->classes, scanner->kinds, scanner->options.memory_budget);
  }
  rows.swap(words.left);
  SortByLength(texts);
  Walk(*words_dfa, texts, rows, outputs, scanner->options.lanes);
  rows.swap(words.left);
}

// Texts begin to end - 1, where begin is a multiple of 64.
void ScannerScratch::State::Portion(std::span<const std::string_view> texts, const uint64_t* known, size_t begin, size_t end,
                                    uint64_t* const* outputs) {
  rows.clear();
  uint64_t bytes = 0;
  for (size_t row = begin; row < end; ++row) {
    if (known != nullptr && ((known[row / 64] >> (row % 64)) & 1) == 0) continue;
    rows.push_back(static_cast<uint32_t>(row));
    bytes += texts[row].size();
  }
  progress.rows += rows.size();
  progress.bytes += bytes;
  finished.rows += rows.size();
  finished.bytes += bytes;
  planes.assign(outputs, outputs + scanner->search_count);
  const size_t words = (texts.size() + 63) / 64;
  piece_words.assign(program->pieces.size() * words, 0);
  for (size_t piece = 0; piece < program->pieces.size(); ++piece) planes.push_back(piece_words.data() + piece * words);
  if (scanner->words) LookUpWords(texts, outputs);
  if (program->pass.size() == 0 && program->pass.empty().empty()) return;
  SortByLength(texts);
  Walk(*pass, texts, rows, planes.data(), scanner->options.lanes);
  Confirm(texts, begin, end);
  progress.transitions = pass->statistics().transitions;
  progress.clears = pass->statistics().clears;
}

void ScannerScratch::State::Confirm(std::span<const std::string_view> texts, size_t begin, size_t end) {
  by_length = rows;  // all that were read
  uint64_t* const* const piece_planes = planes.data() + scanner->search_count;
  for (size_t piece = 0; piece < piece_rows.size(); ++piece) {
    for (size_t word = begin / 64; word * 64 < end; ++word) piece_rows[piece] += CountBits(piece_planes[piece][word]);
  }
  for (size_t c = 0; c < program->confirmations.size(); ++c) {
    const Confirmation& confirmation = program->confirmations[c];
    if (confirmation.pieces.empty()) {
      rows = by_length;
    } else {
      rows.clear();
      for (size_t word = begin / 64; word * 64 < end; ++word) {
        uint64_t candidates = ~uint64_t{0};
        for (uint32_t piece : confirmation.pieces) candidates &= piece_planes[piece][word];
        for (; candidates != 0; candidates &= candidates - 1) {
          rows.push_back(static_cast<uint32_t>(word * 64 + static_cast<size_t>(__builtin_ctzll(candidates))));
        }
      }
    }
    if (rows.empty()) continue;
    Own& o = own[c];
    if (o.dfa == nullptr) {
      const size_t budget = std::max(scanner->options.memory_budget / own.size(),
                                     std::min(kMinOwnBudget, scanner->options.memory_budget));
      const auto& alphabet = confirmation.own->alphabet;
      o.dfa = std::make_unique<LazyDfa>(confirmation.own->automaton, alphabet ? alphabet->classes : *scanner->classes,
                                        alphabet ? alphabet->kinds : scanner->kinds, budget);
    }
    o.rows += rows.size();
    finished.confirmed_rows += rows.size();
    uint64_t* const plane = planes[confirmation.search];
    uint64_t before = 0;
    uint64_t after = 0;
    for (size_t word = begin / 64; word * 64 < end; ++word) before += CountBits(plane[word]);
    Walk(*o.dfa, texts, rows, &plane, scanner->options.lanes, true);
    for (size_t word = begin / 64; word * 64 < end; ++word) after += CountBits(plane[word]);
    finished.matched_rows += after - before;
  }
}

std::vector<Outside> ScannerScratch::State::SearchesOutside() const {
  std::vector<Outside> outside;
  for (size_t c = 0; c < own.size(); ++c) outside.push_back({program->confirmations[c].search, program->confirmations[c].pieces, own[c].rows});
  return outside;
}

void ScannerScratch::State::Learn() {
  if (!scanner->options.plan) return;
  if (progress.rows < kFirstDecision && progress.bytes < kFirstDecisionBytes) {
    if (earlier.rows == 0) earlier = progress;
    return;
  }
  const std::vector<Outside> outside = SearchesOutside();
  const std::vector<uint32_t> back = ChooseToTakeBack(outside, progress, program->saved);
  std::vector<uint32_t> weak = ChooseWeakPieces(outside, piece_rows, progress);
  if (!weak.empty()) {  // searches all of whose pieces are weak have kept them
    const std::scoped_lock lock(scanner->mutex);
    std::erase_if(weak, [&](uint32_t piece) { return scanner->weak_pieces.contains(program->pieces[piece]); });
  }
  const bool thrashing = progress.clears - earlier.clears >= kThrashingClears;
  const bool hasty = version < kHastyPrograms && (!back.empty() || !weak.empty());
  if (progress.rows < 2 * earlier.rows && !thrashing && !hasty) return;
  std::vector<uint32_t> out;
  double saved = 0;
  if (thrashing || BuildsTooMuch(earlier, progress)) {
    const std::vector<uint32_t> states = pass->StatesByGroup();
    std::vector<Suspect> suspects;
    const std::scoped_lock lock(scanner->mutex);
    // With what stays in the pass, states cost too much after all: then it is worth to walk more texts again.
    const double cost = BuildCost(earlier, progress);
    if (!scanner->kept.empty() && IsWorthReview(cost, program->saved)) {
      scanner->kept.clear();
      saved = cost;
    }
    for (uint32_t g = 0; g < states.size(); ++g) {
      const uint32_t search = program->pass.group(g).search;
      const auto pattern = scanner->patterns.find(search);
      if (pattern == scanner->patterns.end()) continue;  // a piece
      const bool kept = std::ranges::binary_search(scanner->kept, search);
      suspects.push_back({search, states[g], !kept && !pattern->second.pieces.empty()});
    }
    out = ChooseToTakeOut(suspects, pass->state_count(), thrashing);
  }
  earlier = progress;
  if (!out.empty() || !back.empty() || !weak.empty()) TakeOut(std::move(out), back, weak, saved);
}

void ScannerScratch::State::TakeOut(std::vector<uint32_t> searches, std::span<const uint32_t> back, std::span<const uint32_t> weak,
                                    double saved) {
  const std::scoped_lock lock(scanner->mutex);
  if (scanner->version == version) {  // else another thread was faster
    std::vector<uint32_t>& kept = scanner->kept;
    kept.insert(kept.end(), back.begin(), back.end());
    std::ranges::sort(kept);
    for (uint32_t piece : weak) scanner->weak_pieces.insert(program->pieces[piece]);
    for (const Confirmation& confirmation : program->confirmations) {
      if (!std::ranges::binary_search(back, confirmation.search)) searches.push_back(confirmation.search);
    }
    std::ranges::sort(searches);
    scanner->program = scanner->MakeProgram(searches, std::max(program->saved, saved));
    ++scanner->version;
  }
  TakeUp(scanner->program, scanner->version);
}

void Scanner::Scan(std::span<const std::string_view> texts, const uint64_t* known, uint64_t* const* planes, ScannerScratch& scratch) const {
  const size_t words = (texts.size() + 63) / 64;
  for (uint32_t search = 0; search < state_->search_count; ++search) std::fill_n(planes[search], words, 0);
  if (scratch.state_ == nullptr || scratch.state_->scanner != state_) {
    scratch.state_ = std::make_unique<ScannerScratch::State>();
    scratch.state_->scanner = state_;
  }
  ScannerScratch::State& thread = *scratch.state_;
  for (size_t begin = 0; begin < texts.size();) {
    if (thread.program == nullptr || thread.version != state_->version.load(std::memory_order_acquire)) {
      const std::scoped_lock lock(state_->mutex);
      thread.TakeUp(state_->program, state_->version);
    }
    const size_t end = thread.progress.rows < kLearningRows ? EndOfFirstPortion(texts, begin) : texts.size();
    thread.Portion(texts, known, begin, end, planes);
    thread.Learn();
    begin = end;
  }
}

}  // namespace assay::scan

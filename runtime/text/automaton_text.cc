// An automaton as one line: its sets, the edges from the start, where the empty string is a match, its positions.
//
//   {[w:5f][^:a]}(0,1:3e0)-{0(1)1(1,2:4010)!0()!3f;}
//
// A set is `[`, `^` when it is everything else, the letters of its classes (wdsWDS), and behind a colon its ranges in
// hexadecimal. An edge is the position it leads to and, unless it is always taken, the bits of its condition in hexadecimal.
// A position is the number of its set, its edges, and `!` when it accepts, with bits and `;` when it does not always. Behind the
// edges of the start: `-`, or `!` and bits, for the empty string.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

#include "runtime/text/automaton.h"
#include "runtime/text/utf8.h"

namespace assay::text {
namespace {

constexpr std::string_view kClassLetters = "wdsWDS";  // by bit

class Printer {
 public:
  std::string Print(const Automaton& automaton) {
    out_.push_back('{');
    for (const CharacterSet& set : automaton.sets) PrintSet(set);
    out_.push_back('}');
    PrintEdges(automaton.start);
    if (automaton.empty.never()) out_.push_back('-');
    PrintAccept(automaton.empty);
    out_.push_back('{');
    for (const Automaton::Position& position : automaton.positions) {
      fmt::format_to(std::back_inserter(out_), "{}", position.set);
      PrintEdges(position.edges);
      PrintAccept(position.accept);
      // A number behind bits would go on with them.
      if (!position.accept.never() && !position.accept.always()) out_.push_back(';');
    }
    out_.push_back('}');
    return std::move(out_);
  }

 private:
  void PrintSet(const CharacterSet& set) {
    out_.push_back('[');
    if (set.negated) out_.push_back('^');
    for (size_t bit = 0; bit < kClassLetters.size(); ++bit) {
      if ((set.classes >> bit) & 1) out_.push_back(kClassLetters[bit]);
    }
    char separator = ':';
    for (const CodePointRange& r : set.ranges) {
      out_.push_back(separator);
      separator = ',';
      fmt::format_to(std::back_inserter(out_), "{:x}", static_cast<uint32_t>(r.first));
      if (r.last != r.first) fmt::format_to(std::back_inserter(out_), "-{:x}", static_cast<uint32_t>(r.last));
    }
    out_.push_back(']');
  }

  void PrintEdges(const std::vector<Automaton::Edge>& edges) {
    out_.push_back('(');
    bool first = true;
    for (const Automaton::Edge& edge : edges) {
      if (!first) out_.push_back(',');
      first = false;
      fmt::format_to(std::back_inserter(out_), "{}", edge.to);
      if (!edge.when.always()) fmt::format_to(std::back_inserter(out_), ":{:x}", edge.when.bits());
    }
    out_.push_back(')');
  }

  void PrintAccept(Condition accept) {
    if (accept.never()) return;
    out_.push_back('!');
    if (!accept.always()) fmt::format_to(std::back_inserter(out_), "{:x}", accept.bits());
  }

  std::string out_;
};

// Takes the text apart; what is not of the form, or out of its bounds, is nothing.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<Automaton> Read() {
    Automaton automaton;
    if (!Take('{')) return std::nullopt;
    while (Take('[')) {
      auto set = ReadSet();
      if (!set) return std::nullopt;
      automaton.sets.push_back(*std::move(set));
    }
    if (!Take('}') || !ReadEdges(automaton.start)) return std::nullopt;
    if (!Take('-') && !ReadAccept(automaton.empty)) return std::nullopt;
    if (!Take('{')) return std::nullopt;
    while (!Take('}')) {
      Automaton::Position position;
      const auto set = Number(10);
      if (!set || *set >= automaton.sets.size() || !ReadEdges(position.edges)) return std::nullopt;
      position.set = *set;
      if (Next('!') && !ReadAccept(position.accept)) return std::nullopt;
      Take(';');
      automaton.positions.push_back(std::move(position));
    }
    return !text_.empty() || past_last_ > automaton.positions.size() ? std::nullopt : std::optional(std::move(automaton));
  }

 private:
  bool Next(char c) const { return text_.starts_with(c); }
  bool Take(char c) {
    if (!Next(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  std::optional<uint32_t> Number(int base) {
    uint32_t value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value, base);
    if (error != std::errc()) return std::nullopt;
    text_.remove_prefix(static_cast<size_t>(end - text_.data()));
    return value;
  }

  std::optional<Condition> Bits() {
    const auto bits = Number(16);
    if (!bits || *bits == 0 || Condition::FromBits(*bits).bits() != *bits) return std::nullopt;
    return Condition::FromBits(*bits);
  }

  std::optional<CharacterSet> ReadSet() {
    CharacterSet set;
    set.negated = Take('^');
    for (size_t bit = 0; bit < kClassLetters.size(); ++bit) {
      if (Take(kClassLetters[bit])) set.classes |= static_cast<uint8_t>(1u << bit);
    }
    for (char separator = ':'; Take(separator); separator = ',') {
      const auto first = Number(16);
      auto last = first;
      if (Take('-')) last = Number(16);
      if (!first || !last || *first > *last || *last > kMaxCodePoint) return std::nullopt;
      if (!set.ranges.empty() && *first <= set.ranges.back().last + 1) return std::nullopt;
      set.ranges.push_back({*first, *last});
    }
    return Take(']') ? std::optional(std::move(set)) : std::nullopt;
  }

  bool ReadEdges(std::vector<Automaton::Edge>& edges) {
    if (!Take('(')) return false;
    if (Take(')')) return true;
    do {
      const auto to = Number(10);
      if (!to || (!edges.empty() && *to <= edges.back().to)) return false;
      past_last_ = std::max<uint64_t>(past_last_, uint64_t{*to} + 1);
      Condition when = Condition::Always();
      if (Take(':')) {
        const auto bits = Bits();
        if (!bits) return false;
        when = *bits;
      }
      edges.push_back({*to, when});
    } while (Take(','));
    return Take(')');
  }

  // `!` and the bits, if any.
  bool ReadAccept(Condition& accept) {
    if (!Take('!')) return false;
    accept = Condition::Always();
    // Behind `!` alone a position may follow, whose digits are no bits; bits end with `;` or a brace.
    const size_t end = text_.find_first_not_of("0123456789abcdef");
    if (end == 0 || end == std::string_view::npos || (text_[end] != ';' && text_[end] != '{')) return true;
    const auto bits = Bits();
    if (!bits) return false;
    accept = *bits;
    return true;
  }

  std::string_view text_;
  uint64_t past_last_ = 0;  // one more than the largest position that an edge leads to
};

}  // namespace

std::string Print(const Automaton& automaton) { return Printer().Print(automaton); }

Result<Automaton> ReadAutomaton(std::string_view text) {
  auto automaton = Reader(text).Read();
  // Whatever is spelled in another way than Print spells it (leading zeros, a condition that says always) is damage, too.
  if (!automaton || Print(*automaton) != text) return Fail(ErrorKind::kData, "this is not an automaton");
  return *std::move(automaton);
}

}  // namespace assay::text

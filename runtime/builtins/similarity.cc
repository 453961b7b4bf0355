// Rows of the similarity measures. The edit distance is Myers' bit-parallel algorithm in Hyyrö's form, in blocks of 64 rows of
// the table: |a| x |b| / 64 steps.
#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "runtime/builtins/rows.h"
#include "runtime/builtins/values.h"
#include "runtime/text/normalize.h"
#include "runtime/text/utf8.h"

namespace assay::rows {
namespace {

constexpr uint64_t kMaxCells = 4'000'000'000;

std::u32string CodePointsOf(std::string_view text) {
  std::u32string code_points;
  code_points.reserve(text.size());
  for (const char32_t c : text::CodePoints(text)) code_points.push_back(c);
  return code_points;
}

// One block's column of the table as differences between neighbours in the column: plus and minus one.
struct Block {
  uint64_t plus = ~uint64_t{0};
  uint64_t minus = 0;
};

// Moves a block one column on. `carry` is the difference along the row above the block (-1, 0, 1); returns the one along the
// block's row `last`.
int Advance(Block& block, uint64_t match, int carry, uint64_t last) {
  const uint64_t carry_minus = carry < 0 ? 1 : 0;
  const uint64_t carry_plus = carry > 0 ? 1 : 0;
  const uint64_t vertical = match | block.minus;
  match |= carry_minus;
  const uint64_t diagonal = (((match & block.plus) + block.plus) ^ block.plus) | match;
  uint64_t plus = block.minus | ~(diagonal | block.plus);
  uint64_t minus = block.plus & diagonal;
  const int out = ((plus & last) != 0 ? 1 : 0) - ((minus & last) != 0 ? 1 : 0);
  plus = (plus << 1) | carry_plus;
  minus = (minus << 1) | carry_minus;
  block.plus = minus | ~(vertical | plus);
  block.minus = plus & vertical;
  return out;
}

uint64_t Distance(std::u32string_view a, std::u32string_view b) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) a.remove_prefix(1), b.remove_prefix(1);
  while (!a.empty() && !b.empty() && a.back() == b.back()) a.remove_suffix(1), b.remove_suffix(1);
  if (a.size() > b.size()) std::swap(a, b);
  if (a.empty()) return b.size();
  const size_t blocks = (a.size() + 63) / 64;
  std::unordered_map<char32_t, std::vector<uint64_t>> matches;
  for (size_t i = 0; i < a.size(); ++i) {
    auto& bits = matches[a[i]];
    bits.resize(blocks);
    bits[i / 64] |= uint64_t{1} << (i % 64);
  }
  const std::vector<uint64_t> none(blocks);
  std::vector<Block> column(blocks);
  auto distance = static_cast<int64_t>(a.size());
  for (const char32_t c : b) {
    const auto found = matches.find(c);
    const std::vector<uint64_t>& bits = found == matches.end() ? none : found->second;
    int carry = 1;
    for (size_t i = 0; i < blocks; ++i) {
      const uint64_t last = uint64_t{1} << (i + 1 == blocks ? (a.size() - 1) % 64 : 63);
      carry = Advance(column[i], bits[i], carry, last);
    }
    distance += carry;
  }
  return static_cast<uint64_t>(distance);
}

struct Compared {
  bool known = false;
  uint64_t distance = 0;
  uint64_t longer = 0;
};

Compared Compare(std::string_view x, std::string_view y) {
  const std::u32string a = CodePointsOf(x);
  const std::u32string b = CodePointsOf(y);
  const uint64_t longer = std::max(a.size(), b.size());
  if (static_cast<uint64_t>(a.size()) * b.size() > kMaxCells) return {};
  return {true, Distance(a, b), longer};
}

// American Soundex's digit of a letter A to Z; 0 for vowels, which separate equal digits, and -1 for H and W, which do not.
int SoundexDigit(char letter) {
  constexpr std::string_view kDigits = "01230120022455012623010202";
  if (letter == 'H' || letter == 'W') return -1;
  return kDigits[static_cast<size_t>(letter - 'A')] - '0';
}

}  // namespace

Value EvalEditDistance(Arguments a, EvalContext&) {
  const Compared compared = Compare(a[0].as_string(), a[1].as_string());
  return compared.known ? Value::Int(static_cast<int64_t>(compared.distance)) : Value::Null();
}

Value EvalSimilarity(Arguments a, EvalContext&) {
  const Compared compared = Compare(a[0].as_string(), a[1].as_string());
  if (!compared.known) return Value::Null();
  if (compared.longer == 0) return Value::Float(1.0);
  return Value::Float(1.0 - static_cast<double>(compared.distance) / static_cast<double>(compared.longer));
}

Value EvalJaccard(Arguments a, EvalContext&) {
  std::unordered_set<std::string_view> left;
  for (const Value& member : a[0].as_list()) {
    if (!member.is_null()) left.insert(member.as_string());
  }
  std::unordered_set<std::string_view> right;
  size_t shared = 0;
  for (const Value& member : a[1].as_list()) {
    if (!member.is_null() && right.insert(member.as_string()).second && left.contains(member.as_string())) ++shared;
  }
  const size_t all = left.size() + right.size() - shared;
  return Value::Float(all == 0 ? 1.0 : static_cast<double>(shared) / static_cast<double>(all));
}

Value EvalSoundex(Arguments a, EvalContext& context) {
  std::string decomposed;  // é is e and an accent
  text::Normalize(a[0].as_string(), text::NormalForm::kNfkd, decomposed);
  std::string code;
  int previous = -1;
  for (const char c : decomposed) {
    const char letter = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (letter < 'A' || letter > 'Z') continue;
    const int digit = SoundexDigit(letter);
    if (code.empty()) {
      code += letter;
    } else if (digit > 0 && digit != previous) {
      code += static_cast<char>('0' + digit);
    }
    if (digit >= 0) previous = digit;
    if (code.size() == 4) break;
  }
  if (!code.empty()) code.resize(4, '0');
  return Value::String(context.arena->Copy(code));
}

}  // namespace assay::rows

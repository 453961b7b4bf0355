// Rows of the checksums, hashes and samples.
#include <bit>
#include <string>

#include "runtime/base/hash.h"
#include "runtime/builtins/rows.h"

namespace assay::rows {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The characters without single blanks (and hyphens) between them; nothing where a gap is doubled or at an end.
std::string WithoutGaps(std::string_view text, bool hyphens) {
  std::string kept;
  bool gap = true;
  for (const char c : text) {
    if (c == ' ' || (hyphens && c == '-')) {
      if (gap) return {};
      gap = true;
      continue;
    }
    kept += c;
    gap = false;
  }
  return gap ? std::string() : kept;
}

bool AllDigits(std::string_view text) {
  for (const char c : text) {
    if (!IsDigit(c)) return false;
  }
  return !text.empty();
}

bool LuhnHolds(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (size_t i = digits.size(); i > 0; --i, twice = !twice) {
    int digit = digits[i - 1] - '0';
    if (twice) digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
    sum = (sum + digit) % 10;
  }
  return sum == 0;
}

bool IbanHolds(const std::string& account) {
  if (account.size() < 15 || account.size() > 34) return false;
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  const auto is_letter = [&](char c) { return upper(c) >= 'A' && upper(c) <= 'Z'; };
  if (!is_letter(account[0]) || !is_letter(account[1]) || !IsDigit(account[2]) || !IsDigit(account[3])) return false;
  // ISO 7064 mod 97-10 over the account with its first four characters at the end, letters as 10 to 35.
  unsigned rest = 0;
  for (size_t i = 0; i < account.size(); ++i) {
    const char c = account[(i + 4) % account.size()];
    if (IsDigit(c)) {
      rest = (rest * 10 + static_cast<unsigned>(c - '0')) % 97;
    } else if (is_letter(c)) {
      rest = (rest * 100 + static_cast<unsigned>(upper(c) - 'A') + 10) % 97;
    } else {
      return false;
    }
  }
  return rest == 1;
}

bool Isbn10Holds(std::string_view number) {
  int sum = 0;
  for (size_t i = 0; i < 10; ++i) {
    const char c = number[i];
    const bool ten = i == 9 && (c == 'X' || c == 'x');
    if (!IsDigit(c) && !ten) return false;
    sum += (ten ? 10 : c - '0') * (10 - static_cast<int>(i));
  }
  return sum % 11 == 0;
}

bool Isbn13Holds(std::string_view number) {
  if (!AllDigits(number) || !(number.starts_with("978") || number.starts_with("979"))) return false;
  int sum = 0;
  for (size_t i = 0; i < 13; ++i) sum += (number[i] - '0') * (i % 2 == 0 ? 1 : 3);
  return sum % 10 == 0;
}

// The kind goes in first, so that 1, 1.0, "1" and true have different hashes.
void AddValue(const Value& value, Hasher& hasher) {
  hasher.Add(static_cast<uint64_t>(value.kind()));
  switch (value.kind()) {
    case Value::Kind::kNull: return;
    case Value::Kind::kBool: hasher.Add(value.as_bool() ? 1 : 0); return;
    case Value::Kind::kInt: hasher.Add(static_cast<uint64_t>(value.as_int())); return;
    case Value::Kind::kFloat: {
      const double x = value.as_float();
      hasher.Add(std::bit_cast<uint64_t>(x == 0.0 ? 0.0 : x));
      return;
    }
    case Value::Kind::kString: hasher.Add(value.as_string()); return;
    case Value::Kind::kList:
      hasher.Add(value.as_list().size());
      for (const Value& member : value.as_list()) AddValue(member, hasher);
      return;
    case Value::Kind::kRegex:
    case Value::Kind::kSet: return;
  }
}

uint64_t HashOf(const Value& value) {
  Hasher hasher;
  AddValue(value, hasher);
  return hasher.Finish().low;
}

}  // namespace

Value EvalLuhn(Arguments a, EvalContext&) {
  const std::string digits = WithoutGaps(a[0].as_string(), true);
  return Value::Bool(digits.size() >= 2 && AllDigits(digits) && LuhnHolds(digits));
}

Value EvalIban(Arguments a, EvalContext&) { return Value::Bool(IbanHolds(WithoutGaps(a[0].as_string(), false))); }

Value EvalIsbn(Arguments a, EvalContext&) {
  const std::string number = WithoutGaps(a[0].as_string(), true);
  return Value::Bool((number.size() == 10 && Isbn10Holds(number)) || (number.size() == 13 && Isbn13Holds(number)));
}

Value EvalHash(Arguments a, EvalContext&) { return Value::Int(static_cast<int64_t>(HashOf(a[0]))); }

Value EvalSample(Arguments a, EvalContext&) {
  // A second hash keeps sample() independent of what rules do with hash(). 53 bits are a uniform number in [0, 1).
  const uint64_t mixed = Hasher().Add(HashOf(a[0])).Add(std::string_view("sample")).Finish().low;
  return Value::Bool(static_cast<double>(mixed >> 11) * 0x1p-53 < a[1].as_float());
}

}  // namespace assay::rows

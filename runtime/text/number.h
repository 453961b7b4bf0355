// Numbers as text: what Python's int() and float() read, without underscores, and what repr() and str() write.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/arena.h"

namespace assay::text {

// int(text): white space around, a sign, Unicode's decimal digits. Nothing where Python raises, and where the number does
// not fit 64 bits.
std::optional<int64_t> ParseInt(std::string_view text);

// float(text): the same, with fraction, exponent, and inf and infinity in any case. Numbers too large become infinite, as
// in Python. nan, which has no value, gives nothing.
std::optional<double> ParseFloat(std::string_view text);

// repr(value): the shortest digits that read back as the same double; "1e+16", "0.0001", "inf". For NaN "nan".
void AppendFloat(double value, std::string& out);
void AppendInt(int64_t value, std::string& out);
std::string FormatFloat(double value);
std::string FormatInt(int64_t value);
std::string_view FormatFloat(double value, Arena& arena);
std::string_view FormatInt(int64_t value, Arena& arena);

}  // namespace assay::text

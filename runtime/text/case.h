// Upper, lower and title case and case folding of texts, as Python's str.upper, str.lower, str.title, str.casefold, and the
// questions str.isupper and its siblings ask. The Arena versions return the text itself where it does not change.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/arena.h"

namespace assay::text {

// Append to `out`.
void Lower(std::string_view text, std::string& out);
void Upper(std::string_view text, std::string& out);
void Title(std::string_view text, std::string& out);
void Casefold(std::string_view text, std::string& out);

std::string_view Lower(std::string_view text, Arena& arena);
std::string_view Upper(std::string_view text, Arena& arena);
std::string_view Title(std::string_view text, Arena& arena);
std::string_view Casefold(std::string_view text, Arena& arena);

// Every code point replaced by its simple folding: two texts are equal ignoring case when these are equal.
void SimpleFold(std::string_view text, std::string& out);
std::string_view SimpleFold(std::string_view text, Arena& arena);

// str.isupper, str.islower, str.istitle: false where the text has no cased character.
bool IsUpper(std::string_view text);
bool IsLower(std::string_view text);
bool IsTitle(std::string_view text);
// str.isdigit, str.isalpha, str.isalnum, str.isspace: false for the empty text.
bool IsDigit(std::string_view text);
bool IsAlpha(std::string_view text);
bool IsAlnum(std::string_view text);
bool IsSpace(std::string_view text);

}  // namespace assay::text

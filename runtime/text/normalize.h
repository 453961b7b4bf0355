// Unicode normalisation forms (utf8proc), as Python's unicodedata.normalize.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/arena.h"

namespace assay::text {

enum class NormalForm : unsigned char { kNfc, kNfd, kNfkc, kNfkd };

// "NFC", "NFD", "NFKC" or "NFKD".
std::optional<NormalForm> NormalFormNamed(std::string_view name);

void Normalize(std::string_view text, NormalForm form, std::string& out);
std::string_view Normalize(std::string_view text, NormalForm form, Arena& arena);

}  // namespace assay::text

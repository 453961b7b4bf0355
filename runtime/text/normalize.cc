// utf8proc does the work; it wants no terminator and gives a buffer of its own.
#include "runtime/text/normalize.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

#include "runtime/text/utf8.h"

namespace assay::text {

std::optional<NormalForm> NormalFormNamed(std::string_view name) {
  if (name == "NFC") return NormalForm::kNfc;
  if (name == "NFD") return NormalForm::kNfd;
  if (name == "NFKC") return NormalForm::kNfkc;
  if (name == "NFKD") return NormalForm::kNfkd;
  return std::nullopt;
}

void Normalize(std::string_view text, NormalForm form, std::string& out) {
  if (IsAscii(text)) {
    out.append(text);
    return;
  }
  int options = UTF8PROC_STABLE;
  switch (form) {
    case NormalForm::kNfc: options |= UTF8PROC_COMPOSE; break;
    case NormalForm::kNfd: options |= UTF8PROC_DECOMPOSE; break;
    case NormalForm::kNfkc: options |= UTF8PROC_COMPOSE | UTF8PROC_COMPAT; break;
    case NormalForm::kNfkd: options |= UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT; break;
  }
  utf8proc_uint8_t* bytes = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &bytes,
                                             static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(bytes, &std::free);
  if (size < 0) {  // out of memory, or bytes that are not UTF-8: the text as it is
    out.append(text);
    return;
  }
  out.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
}

std::string_view Normalize(std::string_view text, NormalForm form, Arena& arena) {
  if (IsAscii(text)) return text;
  std::string out;
  Normalize(text, form, out);
  return out == text ? text : arena.Copy(out);
}

}  // namespace assay::text

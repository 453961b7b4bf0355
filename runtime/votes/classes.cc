#include "runtime/votes/classes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>

#include "runtime/graph/rule_graph.h"

namespace assay {
namespace {

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace

ClassList ClassList::Numbered(size_t count) {
  ClassList list;
  for (size_t i = 0; i < count; ++i) {
    list.names.push_back(std::to_string(i));
    list.ids.push_back(static_cast<int32_t>(i));
  }
  return list;
}

ClassList ClassList::Named(std::vector<std::string> names) {
  ClassList list;
  list.names = std::move(names);
  for (size_t i = 0; i < list.names.size(); ++i) list.ids.push_back(static_cast<int32_t>(i));
  return list;
}

std::optional<size_t> ClassList::IndexOfId(int32_t id) const {
  if (id >= 0 && static_cast<size_t>(id) < ids.size() && ids[static_cast<size_t>(id)] == id) {
    return static_cast<size_t>(id);
  }
  for (size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] == id) return i;
  }
  return std::nullopt;
}

Result<int32_t> ClassList::Read(std::string_view text) const {
  const std::string_view trimmed = Trim(text);
  if (trimmed.empty()) return kAbstain;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == trimmed) return ids[i];
  }
  int32_t id = 0;
  const auto [end, error] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), id);
  if (error == std::errc() && end == trimmed.data() + trimmed.size() && (id == kAbstain || IndexOfId(id))) return id;
  std::string known;
  for (size_t i = 0; i < names.size() && i < 20; ++i) {
    if (i > 0) known += ", ";
    known += names[i] == std::to_string(ids[i]) ? names[i] : fmt::format("{} ({})", names[i], ids[i]);
  }
  if (names.size() > 20) known += ", ...";
  const std::string_view shown = trimmed.substr(0, 60);
  return Fail(ErrorKind::kData, fmt::format("\"{}\" is not a class; the classes are {}, and -1 or an empty cell where "
                                            "none is known", shown, known));
}

}  // namespace assay

// Applying edits: gathered a file, sorted by place, taken where they do not overlap.
#include "compiler/diagnostics/fixes.h"

#include <algorithm>
#include <map>

namespace assay {
namespace {

bool Overlap(const Edit& a, const Edit& b) {
  // Two insertions at one place have no defined order, so they count as overlapping.
  if (a.span.begin == b.span.begin) return true;
  return a.span.begin < b.span.end && b.span.begin < a.span.end;
}

struct FileEdits {
  std::vector<Edit> edits;
  size_t applied = 0;
};

}  // namespace

std::vector<FixedFile> ApplyFixes(const SourceStore& sources, std::span<const Diagnostic> diagnostics) {
  std::map<FileId, FileEdits> by_file;
  for (const Diagnostic& d : diagnostics) {
    const auto help = std::find_if(d.helps.begin(), d.helps.end(), [](const Help& h) { return !h.edits.empty(); });
    if (help == d.helps.end()) continue;
    const bool free = std::all_of(help->edits.begin(), help->edits.end(), [&](const Edit& edit) {
      const auto& taken = by_file[edit.span.file].edits;
      return std::none_of(taken.begin(), taken.end(), [&](const Edit& t) { return Overlap(t, edit); });
    });
    if (!free) continue;
    for (const Edit& edit : help->edits) by_file[edit.span.file].edits.push_back(edit);
    ++by_file[help->edits.front().span.file].applied;
  }

  std::vector<FixedFile> result;
  for (auto& [file, changes] : by_file) {
    if (changes.edits.empty()) continue;
    std::sort(changes.edits.begin(), changes.edits.end(),
              [](const Edit& a, const Edit& b) { return a.span.begin < b.span.begin; });
    const std::string_view text = sources.Text(file);
    std::string fixed;
    size_t at = 0;
    for (const Edit& edit : changes.edits) {
      fixed.append(text.substr(at, edit.span.begin - at));
      fixed.append(edit.replacement);
      at = edit.span.end;
    }
    fixed.append(text.substr(at));
    result.push_back({file, std::move(fixed), changes.applied});
  }
  return result;
}

}  // namespace assay

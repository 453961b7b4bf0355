// Outputs.
#include "compiler/command/outputs.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/votes/vote_matrix.h"

namespace assay {

std::vector<std::string> PathsForTasks(const std::string& path, const std::vector<VoteLayout>& layouts) {
  if (layouts.size() == 1) return {path};
  std::vector<std::string> paths;
  for (const VoteLayout& layout : layouts) paths.push_back(PathForTask(path, layout.task));
  return paths;
}

Status RequireDistinctOutputs(const std::vector<std::string>& paths) {
  for (size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].empty() || paths[i] == "-" || paths[i].starts_with("/dev/")) continue;
    if (std::find(paths.begin(), paths.begin() + static_cast<std::ptrdiff_t>(i), paths[i]) !=
        paths.begin() + static_cast<std::ptrdiff_t>(i)) {
      return Fail(ErrorKind::kUsage, fmt::format("two outputs have the same path {}", paths[i]));
    }
  }
  return {};
}

Status Outputs::Open(const std::string& votes, const std::string& slices, const std::string& labels,
                     const std::vector<VoteLayout>& layouts, const std::vector<std::string>& slice_names,
                     std::span<const Field> fields) {
  ASSAY_RETURN_IF_ERROR(RequireDistinctOutputs({votes, slices, labels}));
  if ((!votes.empty() || !labels.empty()) && layouts.empty())
    return Fail(ErrorKind::kUsage, "the rules have no task: there are no votes to write");
  if (!votes.empty()) {
    const std::vector<std::string> paths = PathsForTasks(votes, layouts);
    for (size_t t = 0; t < layouts.size(); ++t) {
      ASSAY_ASSIGN_OR_RETURN(auto writer, CreateVoteWriter(paths[t], layouts[t], fields));
      votes_.push_back(std::move(writer));
    }
  }
  if (!slices.empty()) {
    if (slice_names.empty()) return Fail(ErrorKind::kUsage, "--slices: the rules have no slices");
    ASSAY_ASSIGN_OR_RETURN(slices_, CreateSliceWriter(slices, slice_names));
  }
  if (!labels.empty()) {
    const std::vector<std::string> paths = PathsForTasks(labels, layouts);
    for (size_t t = 0; t < layouts.size(); ++t) {
      ASSAY_ASSIGN_OR_RETURN(auto writer, CreateLabelWriter(paths[t], ClassesOf(layouts[t]), true));
      labels_.push_back(std::move(writer));
    }
  }
  return {};
}

Status Outputs::AppendVotes(size_t task, const VotePlanes& planes, const Batch* batch, std::span<const int32_t> gold) {
  if (votes_.empty()) return {};
  return votes_[task]->Append(planes, batch, gold);
}

Status Outputs::AppendSlices(const VotePlanes& planes) {
  return slices_ == nullptr ? Status() : slices_->Append(planes, nullptr, {});
}

Status Outputs::Close() {
  for (const auto& writer : votes_) ASSAY_RETURN_IF_ERROR(writer->Close());
  if (slices_ != nullptr) ASSAY_RETURN_IF_ERROR(slices_->Close());
  for (const auto& writer : labels_) ASSAY_RETURN_IF_ERROR(writer->Close());
  return {};
}

}  // namespace assay

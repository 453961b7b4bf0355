// Parts are taken from a counter, so that slow rows do not hold up one thread; what a part writes are words of their
// own.
#include "compiler/driver/reference_runner.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>

namespace assay {
namespace {

constexpr size_t kPartRows = 1024;  // a multiple of 64

Column SliceOf(const Column& column, size_t first, size_t count) {
  Column slice = column;
  slice.rows = count;
  if (column.validity != nullptr) slice.validity = column.validity + first / 64;
  switch (column.layout) {
    case ColumnLayout::kNull: break;
    case ColumnLayout::kBool: slice.values = static_cast<const uint64_t*>(column.values) + first / 64; break;
    case ColumnLayout::kInt64: slice.values = static_cast<const int64_t*>(column.values) + first; break;
    case ColumnLayout::kFloat64: slice.values = static_cast<const double*>(column.values) + first; break;
    case ColumnLayout::kDictionary:
      slice.values = static_cast<const char*>(column.values) + first * column.code_bytes;
      break;
    case ColumnLayout::kString:
    case ColumnLayout::kList: slice.offsets = column.offsets + first; break;
    case ColumnLayout::kStruct:
      for (Column& child : slice.children) child = SliceOf(child, first, count);
      break;
  }
  return slice;
}

void CopyWords(const VotePlanes& from, VotePlanes& to, size_t first_row) {
  for (size_t p = 0; p < from.planes(); ++p)
    std::ranges::copy(from.plane(p), to.plane(p).begin() + static_cast<std::ptrdiff_t>(first_row / 64));
}

}  // namespace

Batch SliceOf(const Batch& batch, size_t first, size_t count) {
  Batch slice;
  slice.rows = count;
  slice.first_row = batch.first_row + first;
  slice.owner = batch.owner;
  for (const Column& column : batch.columns) slice.columns.push_back(SliceOf(column, first, count));
  if (!batch.bad_rows.empty()) {
    const auto begin = batch.bad_rows.begin() + static_cast<std::ptrdiff_t>(first / 64);
    slice.bad_rows.assign(begin, begin + static_cast<std::ptrdiff_t>((count + 63) / 64));
  }
  return slice;
}

Status ReferenceRunner::RunPart(Evaluator& evaluator, const Batch& batch, size_t first, size_t count,
                                std::vector<VotePlanes>& tasks, VotePlanes& slices) {
  const Batch part = SliceOf(batch, first, count);
  for (size_t t = 0; t < tasks_.size(); ++t) {
    ASSAY_ASSIGN_OR_RETURN(const EvaluatedVotes votes, EvaluateVotes(evaluator, *graph_, tasks_[t], part, interrupt_));
    CopyWords(votes.planes, tasks[t], first);
  }
  if (!graph_->slices.empty()) {
    ASSAY_ASSIGN_OR_RETURN(const VotePlanes members, EvaluateSlices(evaluator, *graph_, part, interrupt_));
    CopyWords(members, slices, first);
  }
  return {};
}

Status ReferenceRunner::Run(const Batch& batch, std::vector<VotePlanes>& tasks, VotePlanes& slices) {
  tasks.clear();
  for (const TaskId task : tasks_) tasks.emplace_back(MakeVoteLayout(*graph_, task).planes.size(), batch.rows);
  slices = VotePlanes(graph_->slices.size(), batch.rows);
  const size_t parts = (batch.rows + kPartRows - 1) / kPartRows;
  const size_t workers = std::clamp<size_t>(parts, 1, threads_);
  while (evaluators_.size() < workers) {
    ASSAY_ASSIGN_OR_RETURN(Evaluator evaluator, Evaluator::Create(*graph_));
    evaluators_.push_back(std::make_unique<Evaluator>(std::move(evaluator)));
  }
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  std::optional<Error> problem;
  const auto work = [&](Evaluator& evaluator) {
    for (size_t part = next++; part < parts; part = next++) {
      const size_t first = part * kPartRows;
      if (Status status = RunPart(evaluator, batch, first, std::min(kPartRows, batch.rows - first), tasks, slices);
          !status) {
        const std::lock_guard lock(mutex);
        if (!problem) problem = std::move(status).error();
        next = parts;
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    for (size_t w = 1; w < workers; ++w) threads.emplace_back(work, std::ref(*evaluators_[w]));
    work(*evaluators_[0]);
  }
  if (problem) return std::unexpected(*problem);
  return {};
}

uint64_t ReferenceRunner::limit_hits() const {
  uint64_t total = 0;
  for (const auto& evaluator : evaluators_) total += evaluator->limit_hits();
  return total;
}

}  // namespace assay

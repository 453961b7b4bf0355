// Work that falls into numbered pieces, on several threads. What a piece does must not depend on which thread takes it or when.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

namespace assay {

// Calls work(piece, worker) for each piece, `worker` below `threads`; the caller is one of the workers.
template <typename Work>
void ForEachPiece(size_t pieces, size_t threads, const Work& work) {
  std::atomic<size_t> next = 0;
  const auto take = [&](size_t worker) {
    for (size_t piece = next++; piece < pieces; piece = next++) work(piece, worker);
  };
  std::vector<std::jthread> others;
  for (size_t worker = 1; worker < std::min(pieces, threads); ++worker) {
    try {
      others.emplace_back(take, worker);
    } catch (const std::system_error&) {  // no more threads: fewer do the same
      break;
    }
  }
  take(0);
}

}  // namespace assay

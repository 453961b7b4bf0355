// A bump allocator for bytes that live as long as one piece of work: a row, a block, a compilation. Reset keeps the
// memory for the next piece.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace assay {

class Arena {
 public:
  // Uninitialised room for `count` values; valid until Reset or destruction.
  template <typename T>
  std::span<T> Allocate(size_t count) {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 16);
    return {reinterpret_cast<T*>(AllocateBytes(count * sizeof(T))), count};
  }

  std::string_view Copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = AllocateBytes(text.size());
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  void Reset() {
    chunk_ = 0;
    used_ = 0;
  }

 private:
  static constexpr size_t kChunk = 64 * 1024;

  struct Chunk {
    std::unique_ptr<char[]> bytes;
    size_t size;
  };

  char* AllocateBytes(size_t bytes) {
    bytes = (bytes + 15) & ~size_t{15};
    while (chunk_ < chunks_.size() && used_ + bytes > chunks_[chunk_].size) {
      ++chunk_;
      used_ = 0;
    }
    if (chunk_ == chunks_.size()) {
      const size_t size = std::max(bytes, kChunk << std::min<size_t>(chunks_.size(), 8));
      chunks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
      used_ = 0;
    }
    char* at = chunks_[chunk_].bytes.get() + used_;
    used_ += bytes;
    return at;
  }

  std::vector<Chunk> chunks_;
  size_t chunk_ = 0;  // the chunk that is being filled
  size_t used_ = 0;   // bytes used of it
};

}  // namespace assay

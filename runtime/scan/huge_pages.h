// An allocator for tables that are read at random: large ones lie in huge pages where the system has them, so that a look-up
// does not wait for an address translation, too.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace assay::scan {

template <typename T>
struct HugePages {
  using value_type = T;
  static constexpr size_t kHugePage = size_t{2} << 20;

  HugePages() = default;
  template <typename U>
  HugePages(const HugePages<U>&) {}

  // Small tables are not worth a huge page.
  static size_t AlignmentFor(size_t bytes) { return bytes >= kHugePage / 2 ? kHugePage : alignof(T); }

  T* allocate(size_t count) {
    const size_t bytes = count * sizeof(T);
    const size_t alignment = AlignmentFor(bytes);
    void* memory = ::operator new(bytes, std::align_val_t{alignment});
#if defined(__linux__)
    if (alignment == kHugePage) madvise(memory, bytes, MADV_HUGEPAGE);  // a hint: nothing depends on its success
#endif
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, size_t count) { ::operator delete(memory, std::align_val_t{AlignmentFor(count * sizeof(T))}); }

  friend bool operator==(const HugePages&, const HugePages&) { return true; }
};

}  // namespace assay::scan

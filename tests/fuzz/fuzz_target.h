// What a fuzz target gives: a function for one input, as libFuzzer calls it, and inputs to begin with.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace assay::fuzz {

// Valid inputs, which driver.cc changes at random, and pieces that the format is made of. For libFuzzer, driver.cc writes them
// as files.
std::vector<std::string> Seeds();
std::vector<std::string> Pieces();

inline std::string_view TextOf(const uint8_t* data, size_t size) { return {reinterpret_cast<const char*>(data), size}; }

// The input shows a fault.
[[noreturn]] inline void Fail(std::string_view what) {
  fmt::print(stderr, "{}\n", what);
  std::abort();
}

}  // namespace assay::fuzz

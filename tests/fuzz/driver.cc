// Runs a fuzz target where Clang's libFuzzer is not to be had: on random changes of its seeds. It finds what blind mutation
// finds; it knows nothing of coverage.
//
//   fuzz_regex [--runs N] [--seed S] [--seconds N] [--max-size N]   tries N inputs (default 2000, seed 1), or for N seconds
//   fuzz_regex FILE...                                              tries files
//   fuzz_regex --write-seeds FOLDER                                 writes the seeds, as a corpus for libFuzzer
//
// Before an input is tried it is written to `crash-TARGET` in the working directory, which is removed at the end: after a
// crash the input is there.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "fuzz_target.h"

namespace {

using assay::fuzz::Pieces;
using assay::fuzz::Seeds;

class Mutator {
 public:
  explicit Mutator(uint64_t seed) : engine_(seed), seeds_(Seeds()), pieces_(Pieces()) {}

  std::string Next(size_t max_size) {
    std::string input = seeds_[Below(seeds_.size())];
    const size_t changes = 1 + Below(Below(4) == 0 ? 40 : 5);
    for (size_t i = 0; i < changes; ++i) Change(input);
    if (input.size() > max_size) input.resize(max_size);
    return input;
  }

 private:
  size_t Below(size_t count) { return count == 0 ? 0 : static_cast<size_t>(engine_() % count); }

  void Change(std::string& input) {
    const size_t at = Below(input.size() + 1);
    const size_t length = std::min(Below(Below(4) == 0 ? 60 : 5) + 1, input.size() - at);
    switch (Below(8)) {
      case 0: input.insert(at, 1, static_cast<char>(Below(256))); break;
      case 1: input.erase(at, length); break;
      case 2:
        if (at < input.size()) input[at] = static_cast<char>(Below(256));
        break;
      case 3:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << Below(8)));
        break;
      case 4: input.insert(at, input.substr(Below(input.size() + 1), length)); break;
      case 5: {  // a piece of another seed
        const std::string& other = seeds_[Below(seeds_.size())];
        input.insert(at, other.substr(Below(other.size() + 1), Below(40)));
        break;
      }
      case 6: {  // the same again and again
        const std::string part = input.substr(at, length);
        for (size_t i = Below(Below(10) == 0 ? 3000 : 6); i > 0 && input.size() < 100'000; --i) input.insert(at, part);
        break;
      }
      default: input.insert(at, pieces_[Below(pieces_.size())]); break;
    }
  }

  std::mt19937_64 engine_;
  std::vector<std::string> seeds_;
  std::vector<std::string> pieces_;
};

struct Options {
  uint64_t runs = 2'000;
  uint64_t seed = 1;
  uint64_t seconds = 0;  // 0: as many runs as asked for
  size_t max_size = 20'000;
  std::string seeds_folder;
  std::vector<std::string> files;
};

std::optional<Options> ReadArguments(std::span<char* const> arguments) {
  Options options;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (!argument.starts_with("--")) {
      options.files.emplace_back(argument);
      continue;
    }
    if (++i == arguments.size()) return std::nullopt;
    const char* value = arguments[i];
    const auto number = [&] { return std::strtoull(value, nullptr, 10); };
    if (argument == "--runs") {
      options.runs = number();
    } else if (argument == "--seed") {
      options.seed = number();
    } else if (argument == "--seconds") {
      options.seconds = number();
    } else if (argument == "--max-size") {
      options.max_size = number();
    } else if (argument == "--write-seeds") {
      options.seeds_folder = value;
    } else {
      return std::nullopt;
    }
  }
  return options;
}

void Try(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = ReadArguments(std::span(argv, static_cast<size_t>(argc)).subspan(1));
  if (!options) {
    fmt::print(stderr, "usage: {} [--runs N] [--seed S] [--seconds N] [--max-size N] | FILE... | --write-seeds FOLDER\n", argv[0]);
    return 2;
  }
  if (!options->seeds_folder.empty()) {
    size_t number = 0;
    for (const std::string& text : Seeds()) std::ofstream(fmt::format("{}/seed-{}", options->seeds_folder, number++), std::ios::binary) << text;
    return 0;
  }
  for (const std::string& file : options->files) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
      fmt::print(stderr, "{} cannot be read\n", file);
      return 3;
    }
    Try(std::string(std::istreambuf_iterator<char>(in), {}));
  }
  if (!options->files.empty()) return 0;

  const std::string crash = "crash-" + std::filesystem::path(argv[0]).filename().string();
  const auto try_and_tell = [&](const std::string& input) {
    std::ofstream(crash, std::ios::binary | std::ios::trunc) << input;
    Try(input);
  };
  for (const std::string& text : Seeds()) try_and_tell(text);
  Mutator mutator(options->seed);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(options->seconds);
  uint64_t runs = 0;
  for (; options->seconds != 0 ? std::chrono::steady_clock::now() < end : runs < options->runs; ++runs) {
    try_and_tell(mutator.Next(options->max_size));
  }
  std::error_code ignored;
  std::filesystem::remove(crash, ignored);
  fmt::print("{} inputs, no crash\n", runs);
  return 0;
}

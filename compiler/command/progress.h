// The progress bar: one line on standard error that is drawn over itself, only where a terminal shows it, and gone when
// the work is done.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "compiler/command/console.h"

namespace assay {

class ProgressBar {
 public:
  // Shows nothing unless `wanted` and standard error is a terminal that can redraw a line.
  ProgressBar(Console& console, bool wanted);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar() { Clear(); }

  // `done` of `total` (bytes, say; a total of 0 is not known), and how many rows so far. Cheap when called often.
  void Update(uint64_t done, uint64_t total, uint64_t rows);
  // Takes the bar away, for other output; the next Update draws it again.
  void Clear();

  // The line, without control characters.
  static std::string Render(uint64_t done, uint64_t total, uint64_t rows, double seconds, size_t width);

 private:
  using Clock = std::chrono::steady_clock;

  Console& console_;
  bool enabled_ = false;
  bool drawn_ = false;
  Clock::time_point started_ = Clock::now();
  Clock::time_point last_;
};

}  // namespace assay

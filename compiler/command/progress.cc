// ProgressBar: at most ten times a second, and not in the first moments, so that short work shows nothing.
#include "compiler/command/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/command/numbers.h"

namespace assay {

ProgressBar::ProgressBar(Console& console, bool wanted)
    : console_(console), enabled_(wanted && console.err_is_terminal()), last_(started_) {}

void ProgressBar::Update(uint64_t done, uint64_t total, uint64_t rows) {
  if (!enabled_) return;
  const auto now = Clock::now();
  if (now - started_ < std::chrono::milliseconds(300) || now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  const double seconds = std::chrono::duration<double>(now - started_).count();
  console_.Err("\r\x1b[K" + Render(done, total, rows, seconds, console_.err_width()));
  drawn_ = true;
}

void ProgressBar::Clear() {
  if (!drawn_) return;
  console_.Err("\r\x1b[K");
  drawn_ = false;
}

std::string ProgressBar::Render(uint64_t done, uint64_t total, uint64_t rows, double seconds, size_t width) {
  const double rate = seconds > 0 ? static_cast<double>(rows) / seconds : 0;
  const std::string figures =
      fmt::format("{} rows  {} rows/s", WithThousands(rows), WithThousands(static_cast<uint64_t>(rate)));
  if (total == 0) return figures;
  const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  std::string rest;
  if (share > 0.01) rest = fmt::format("  {} left", Duration(seconds * (1 - share) / share));
  const std::string head = fmt::format("{:3.0f} % ", share * 100);
  const size_t taken = head.size() + figures.size() + rest.size() + 4;
  if (width < taken + 10) return head + " " + figures;
  const size_t cells = std::min<size_t>(width - taken, 40);
  const auto full = static_cast<size_t>(share * static_cast<double>(cells));
  std::string bar;
  for (size_t i = 0; i < cells; ++i) bar += i < full ? "█" : "░";
  return head + bar + "  " + figures + rest;
}

}  // namespace assay

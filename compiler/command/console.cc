// Console: stdio streams underneath, so that output is buffered when it is not read by a person.
#include "compiler/command/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "compiler/command/json_writer.h"

namespace assay {
namespace {

size_t WidthOf(int descriptor) {
  if (const char* columns = std::getenv("COLUMNS"); columns != nullptr) {
    const long width = std::strtol(columns, nullptr, 10);
    if (width >= 20 && width <= 10'000) return static_cast<size_t>(width);
  }
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) return size.ws_col;
  return 80;
}

std::string_view NameOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kRules: return "rules";
    case ErrorKind::kUsage: return "usage";
    case ErrorKind::kData: return "data";
    case ErrorKind::kOutput: return "output";
    case ErrorKind::kInterrupted: return "interrupted";
    case ErrorKind::kInternal: return "internal";
  }
  return "internal";
}

}  // namespace

Console::Console() : out_is_terminal_(isatty(STDOUT_FILENO) != 0), err_is_terminal_(isatty(STDERR_FILENO) != 0) {
  if (out_is_terminal_) out_width_ = WidthOf(STDOUT_FILENO);
  if (err_is_terminal_) err_width_ = WidthOf(STDERR_FILENO);
  SetColor(ColorChoice::kAuto);
}

void Console::SetColor(ColorChoice choice) {
  switch (choice) {
    case ColorChoice::kAlways: color_out_ = color_err_ = true; return;
    case ColorChoice::kNever: color_out_ = color_err_ = false; return;
    case ColorChoice::kAuto: {
      // https://no-color.org
      const char* no_color = std::getenv("NO_COLOR");
      const char* terminal = std::getenv("TERM");
      const bool refused =
          (no_color != nullptr && *no_color != '\0') || (terminal != nullptr && std::strcmp(terminal, "dumb") == 0);
      color_out_ = out_is_terminal_ && !refused;
      color_err_ = err_is_terminal_ && !refused;
      return;
    }
  }
}

void Console::Out(std::string_view text) {
  if (out_closed_ || out_errno_ != 0) return;
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return;
  if (errno == EPIPE) {
    out_closed_ = true;
  } else {
    out_errno_ = errno == 0 ? EIO : errno;
  }
}

void Console::Err(std::string_view text) {
  std::fflush(stdout);  // what was said first is seen first
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void Console::Show(std::string_view severity, std::string_view kind, std::string_view message, std::string_view color) {
  std::string text;
  if (json_messages_) {
    JsonWriter json(&text);
    json.BeginObject().Field("severity", severity);
    if (!kind.empty()) json.Field("kind", kind);
    json.Field("message", message).EndObject();
  } else {
    if (color_err_) text += color;
    text += severity;
    text += ':';
    if (color_err_) text += "\x1b[0m";
    text += ' ';
    text += message;
  }
  text += '\n';
  Err(text);
}

void Console::ShowError(const Error& error) {
  if (error.kind == ErrorKind::kInternal) {
    Show("error", NameOf(error.kind),
         "internal error: " + error.message + "\nthis is a fault of Assay, not of your rules or data", "\x1b[1;31m");
  } else {
    Show("error", NameOf(error.kind), error.message, "\x1b[1;31m");
  }
}

void Console::Warn(std::string_view message) { Show("warning", "", message, "\x1b[1;33m"); }

Status Console::Finish() {
  if (!out_closed_ && out_errno_ == 0) {
    errno = 0;
    if (std::fflush(stdout) != 0 && errno != EPIPE) out_errno_ = errno == 0 ? EIO : errno;
  }
  if (out_errno_ == 0 || out_errno_ == EPIPE) return {};
  return Fail(ErrorKind::kOutput, std::string("standard output cannot be written: ") + std::strerror(out_errno_));
}

int ExitStatusOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kRules: return 1;
    case ErrorKind::kUsage: return 2;
    case ErrorKind::kData:
    case ErrorKind::kOutput: return 3;
    case ErrorKind::kInterrupted: return 130;
    case ErrorKind::kInternal: return 70;
  }
  return 70;
}

}  // namespace assay

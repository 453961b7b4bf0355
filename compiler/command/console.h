// Where the command speaks: standard output for results, standard error for everything else. It knows what is a
// terminal, how wide it is and whether colours are wanted, and how a message looks as text and as JSON. A reader that
// goes away (a closed pipe) is not an error: what was not read is dropped quietly.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace assay {

enum class ColorChoice : unsigned char { kAuto, kAlways, kNever };

class Console {
 public:
  Console();

  void SetColor(ColorChoice choice);
  void SetJsonMessages(bool json) { json_messages_ = json; }

  bool json_messages() const { return json_messages_; }
  bool color_out() const { return color_out_; }
  bool color_err() const { return color_err_; }
  bool err_is_terminal() const { return err_is_terminal_; }
  // Columns of the terminal that shows standard output; 0 where it is not a terminal: no limit.
  size_t out_width() const { return out_width_; }
  size_t err_width() const { return err_width_; }

  void Out(std::string_view text);
  void Err(std::string_view text);

  // "error: MESSAGE", or an object with severity, kind and message.
  void ShowError(const Error& error);
  void Warn(std::string_view message);

  // Flushes. An error (kOutput) where standard output took not all that was written, unless its reader just went away.
  Status Finish();

 private:
  void Show(std::string_view severity, std::string_view kind, std::string_view message, std::string_view color);

  bool json_messages_ = false;
  bool color_out_ = false;
  bool color_err_ = false;
  bool out_is_terminal_ = false;
  bool err_is_terminal_ = false;
  size_t out_width_ = 0;
  size_t err_width_ = 0;
  bool out_closed_ = false;
  int out_errno_ = 0;
};

// The exit status that the command's contract promises for an error.
int ExitStatusOf(ErrorKind kind);

}  // namespace assay

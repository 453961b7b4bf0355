// Errors as values. A function that can fail returns Result<T>; the error says what is wrong, where, and what to do, in
// words for a person, and which kind of thing went wrong, so that a command can choose its exit status. Diagnostics about
// rule files are not errors of this kind: they are collected by compiler/diagnostics.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace assay {

enum class ErrorKind : unsigned char {
  kRules,        // the rules or their tests are wrong (exit status 1)
  kUsage,        // the caller asked for something that does not exist (exit status 2)
  kData,         // data could not be read: missing, malformed, of the wrong type (exit status 3)
  kOutput,       // something could not be written (exit status 3)
  kInterrupted,  // the user stopped the work (exit status 130)
  kInternal,     // a broken invariant of Assay itself (exit status 70)
};

struct Error {
  ErrorKind kind;
  std::string message;  // one or more lines without a final line break; the first says what is wrong
};

template <typename T>
using Result = std::expected<T, Error>;

using Status = Result<void>;

inline std::unexpected<Error> Fail(ErrorKind kind, std::string message) {
  return std::unexpected<Error>(Error{kind, std::move(message)});
}

}  // namespace assay

// Evaluates `expression` (a Result); returns its error from the calling function, or binds its value to `target`.
#define ASSAY_ASSIGN_OR_RETURN(target, expression) ASSAY_ASSIGN_IMPL_(ASSAY_CONCAT_(result_, __LINE__), target, expression)
#define ASSAY_RETURN_IF_ERROR(expression)                                             \
  do {                                                                                \
    if (auto status_ = (expression); !status_) return std::unexpected(std::move(status_).error()); \
  } while (false)
#define ASSAY_CONCAT_(a, b) ASSAY_CONCAT_IMPL_(a, b)
#define ASSAY_CONCAT_IMPL_(a, b) a##b
#define ASSAY_ASSIGN_IMPL_(result, target, expression)                \
  auto result = (expression);                                         \
  if (!result) return std::unexpected(std::move(result).error());     \
  target = std::move(result).value()

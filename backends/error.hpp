#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace corral {

/// What went wrong, in the terms a caller can act on.
enum class ErrorKind {
  usage,          ///< the command line itself is wrong: unknown flag, missing argument
  not_found,      ///< the resource does not exist
  conflict,       ///< the resource already exists, or changed during the operation
  invalid_input,  ///< a value, file or config is malformed
  limit,          ///< a documented limit (size, count, range) is exceeded
  busy,           ///< another process held a lock for longer than the bounded wait
  corrupt,        ///< stored data is damaged
  io,             ///< the operating system refused: disk full, permission, read error
  denied,         ///< forbidden by a rule, or the user declined a prompt
  unavailable,    ///< not supported by this build or state
  interrupted,    ///< stopped by SIGINT or SIGTERM
  closed_pipe,    ///< the reader of stdout is gone; `main` exits silently
};

/// The one exception type of the program. `what()` says what happened to which resource, in one sentence
/// without a final period; `hint()` suggests what to do next and may be empty. Only `main` turns an Error
/// into text on stderr and an exit status.
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string message, std::string hint = {});

  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

 private:
  ErrorKind kind_;
  std::string message_;
  std::string hint_;
};

/// The stable name of a kind, as it appears in `--json` errors: "not_found", "io", ...
std::string_view name_of(ErrorKind kind) noexcept;

/// An Error for a failed system call: chooses the kind from `error_number` (ENOSPC, EACCES, ...) and formats
/// the message as "<action>: <strerror text>". `action` names the resource: "cannot open /x/y".
Error system_error(int error_number, std::string_view action);

}  // namespace corral

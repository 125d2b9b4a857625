#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace corral {

/// What went wrong, in the terms a caller can act on.
enum class ErrorKind {
  usage,          ///< the command line itself is wrong: unknown flag, missing argument
  not_found,      ///< the named thing does not exist
  conflict,       ///< the named thing exists already, or changed while it was being worked on
  invalid_input,  ///< a value, file or config is not of the form it must have
  limit,          ///< a documented limit (size, count, range) is exceeded
  busy,           ///< another process held a lock for longer than the bounded wait
  corrupt,        ///< stored data is damaged
  io,             ///< the operating system refused: disk full, permission, read error
  denied,         ///< a rule forbids it, or a question was answered with no
  unavailable,    ///< this build or state cannot do it
  interrupted,    ///< SIGINT or SIGTERM asked the command to stop
  closed_pipe,    ///< the reader of stdout went away; `main` ends quietly
};

/// The one exception type of the program. `what()` says what happened to which resource, in one
/// sentence without a final stop; `hint()` says what to do next and may be empty. Only `main` turns
/// an Error into text on stderr and an exit status.
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

/// The stable name of a kind, as `--json` errors carry it: "not_found", "io", ...
std::string_view name_of(ErrorKind kind) noexcept;

/// An Error for a failed system call: chooses the kind from `error_number` (ENOSPC, EACCES, ...) and
/// writes "<action>: <system's text>". `action` names the thing: "cannot open /x/y".
Error system_error(int error_number, std::string_view action);

}  // namespace corral

#include "backends/error.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace corral {

Error::Error(ErrorKind kind, std::string message, std::string hint)
    : kind_(kind), message_(std::move(message)), hint_(std::move(hint)) {}

std::string_view name_of(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::usage: return "usage";
    case ErrorKind::not_found: return "not_found";
    case ErrorKind::conflict: return "conflict";
    case ErrorKind::invalid_input: return "invalid_input";
    case ErrorKind::limit: return "limit";
    case ErrorKind::busy: return "busy";
    case ErrorKind::corrupt: return "corrupt";
    case ErrorKind::io: return "io";
    case ErrorKind::denied: return "denied";
    case ErrorKind::unavailable: return "unavailable";
    case ErrorKind::interrupted: return "interrupted";
    case ErrorKind::closed_pipe: return "closed_pipe";
  }
  return "unknown";
}

namespace {

std::string hint_for(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT: return "free some space and run the command again";
    case EACCES:
    case EPERM:
    case EROFS: return "check who owns the state folder and its permissions";
    case EIO:
      return "the disk or its file system failed; check it, and copy what is still readable from it first";
    case EFBIG: return "a limit on the size of files is in force; 'ulimit -f unlimited' lifts it";
    case EMFILE:
    case ENFILE: return "a limit on open files is in force; 'ulimit -n 4096' raises it";
    default: return {};
  }
}

}  // namespace

Error system_error(int error_number, std::string_view action) {
  const ErrorKind kind = error_number == ENOENT  ? ErrorKind::not_found
                         : error_number == EINTR ? ErrorKind::interrupted
                                                 : ErrorKind::io;
  return Error(kind, fmt::format("{}: {}", action, std::strerror(error_number)), hint_for(error_number));
}

}  // namespace corral

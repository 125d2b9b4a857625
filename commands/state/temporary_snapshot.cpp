#include "commands/state/temporary_snapshot.hpp"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <exception>
#include <unistd.h>

#include <fmt/format.h>

namespace corral::state {

std::string temporary_name(std::string_view purpose, UnixMillis now) {
  return fmt::format("{}-{}-{}", purpose, now, ::getpid());
}

bool is_left_over(std::string_view name) {
  if (name.starts_with("export-")) {
    name.remove_prefix(std::string_view("export-").size());
  } else if (name.starts_with("import-")) {
    name.remove_prefix(std::string_view("import-").size());
  } else {
    return false;
  }
  UnixMillis time = 0;
  pid_t process = 0;
  const char* const end = name.data() + name.size();
  const auto after_time = std::from_chars(name.data(), end, time);
  if (after_time.ec != std::errc() || after_time.ptr == end || *after_time.ptr != '-') return false;
  const auto after_process = std::from_chars(after_time.ptr + 1, end, process);
  if (after_process.ec != std::errc() || after_process.ptr != end || process <= 0) return false;
  return ::kill(process, 0) != 0 && errno == ESRCH;
}

TemporarySnapshot::~TemporarySnapshot() try { snapshots_.remove(name_); } catch (const std::exception&) {
  return;  // `state gc` removes it
}

}  // namespace corral::state

#include "commands/state/temporary_snapshot.hpp"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <exception>
#include <unistd.h>

#include <fmt/format.h>

namespace corral::state {

std::string temporary_name(std::string_view purpose, UnixMillis now) {
  return fmt::format("{}{}-{}-{}", temporary_snapshot_mark, purpose, now, ::getpid());
}

bool is_left_over(std::string_view name) {
  const std::size_t dash = name.rfind('-');
  if (!name.starts_with(temporary_snapshot_mark) || dash == std::string_view::npos) return false;
  pid_t process = 0;
  const char* const end = name.data() + name.size();
  const auto [rest, error] = std::from_chars(name.data() + dash + 1, end, process);
  if (error != std::errc() || rest != end || process <= 0) return false;
  return ::kill(process, 0) != 0 && errno == ESRCH;
}

TemporarySnapshot::~TemporarySnapshot() try { snapshots_.remove(name_); } catch (const std::exception&) {
  return;  // `state gc` removes it
}

}  // namespace corral::state

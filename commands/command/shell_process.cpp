#include "commands/command/shell_process.hpp"

#include <cerrno>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/platform/child_process.hpp"

// Which header declares it POSIX leaves open: glibc's <unistd.h> does, macOS's does not.
extern "C" char** environ;  // NOLINT(readability-redundant-declaration)

namespace corral {

namespace {

/// The environment of a process: corral's own with these variables.
class ProcessEnvironment {
 public:
  explicit ProcessEnvironment(const std::vector<EnvironmentVariable>& more) {
    for (const auto& [name, value] : more) texts_.push_back(fmt::format("{}={}", name, value));
    for (char** variable = environ; *variable != nullptr; ++variable) {
      const std::string_view text(*variable);
      bool is_replaced = false;
      for (const auto& [name, value] : more)
        is_replaced = is_replaced || (text.starts_with(name) && text.substr(name.size()).starts_with("="));
      if (!is_replaced) pointers_.push_back(*variable);
    }
    for (std::string& text : texts_) pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
  }

  [[nodiscard]] char* const* pointers() const { return pointers_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

/// Runs in the child, between fork and exec: other threads may hold any lock.
[[noreturn]] void become(const std::string& command, int in, int out, char* const* environment,
                         pid_t parent) {
  ::setpgid(0, 0);
  platform::end_with_parent(SIGTERM);
  if (::getppid() != parent) ::_exit(shell_not_found);
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ})
    static_cast<void>(std::signal(signal, SIG_DFL));
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::execle("/bin/sh", "sh", "-c", command.c_str(), nullptr, environment);
  ::_exit(shell_not_found);
}

/// Describes an exit status, following sh's conventions.
std::string_view meaning(int exit_status) {
  if (exit_status == shell_cannot_execute) return " (the command cannot be executed)";
  return exit_status == shell_not_found ? " (command not found)" : "";
}

}  // namespace

void check_command(const std::string& command) {
  const pid_t child = ::fork();
  if (child < 0) throw system_error(errno, "cannot start a process");
  if (child == 0) {
    ::execl("/bin/sh", "sh", "-n", "-c", command.c_str(), nullptr);
    ::_exit(shell_not_found);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  throw Error(ErrorKind::usage, "sh cannot read the command of --exec", "see what it says above");
}

pid_t start_command(const std::string& command, int in, int out,
                    const std::vector<EnvironmentVariable>& environment) {
  const ProcessEnvironment variables(environment);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) throw system_error(errno, "cannot start a process");
  if (child == 0) become(command, in, out, variables.pointers(), parent);
  return child;
}

std::string ending_of(int wait_status) {
  if (!WIFEXITED(wait_status)) return fmt::format("ended by signal {}", WTERMSIG(wait_status));
  return fmt::format("exit status {}{}", WEXITSTATUS(wait_status), meaning(WEXITSTATUS(wait_status)));
}

}  // namespace corral

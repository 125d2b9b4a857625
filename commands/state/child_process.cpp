#include "commands/state/child_process.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"

namespace corral::state {

namespace {

std::atomic<pid_t> running_child = 0;

extern "C" void pass_on(int signal) {
  const int error = errno;
  if (const pid_t child = running_child.load(); child > 0) ::kill(child, signal);
  errno = error;
}

/// Sets a signal's handling for the lifetime of this object.
class Handled {
 public:
  Handled(int signal, void (*handler)(int)) : signal_(signal) {
    struct sigaction action {};
    action.sa_handler = handler;
    ::sigaction(signal, &action, &before_);
  }
  Handled(const Handled&) = delete;
  Handled& operator=(const Handled&) = delete;
  ~Handled() { ::sigaction(signal_, &before_, nullptr); }

 private:
  int signal_;
  struct sigaction before_ {};
};

[[noreturn]] void become(const std::vector<std::string>& words,
                         const std::pair<std::string, std::string>& variable, int report) {
  for (const int signal : {SIGINT, SIGTERM, SIGQUIT, SIGPIPE, SIGXFSZ})
    static_cast<void>(std::signal(signal, SIG_DFL));
  ::setenv(variable.first.c_str(), variable.second.c_str(), 1);
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  const int reason = errno;
  static_cast<void>(::write(report, &reason, sizeof reason) < 0);
  ::_exit(127);
}

}  // namespace

int run_program(const std::vector<std::string>& words, const std::pair<std::string, std::string>& variable) {
  Pipe pipe = make_pipe();
  const Handled ctrl_c(SIGINT, SIG_IGN);
  const Handled quit(SIGQUIT, SIG_IGN);
  const Handled terminate(SIGTERM, pass_on);
  const pid_t child = ::fork();
  if (child < 0) throw system_error(errno, "cannot start a process");
  if (child == 0) become(words, variable, pipe.writing.get());
  running_child = child;
  pipe.writing = FileDescriptor();
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  running_child = 0;
  int reason = 0;
  if (::read(pipe.reading.get(), &reason, sizeof reason) == static_cast<ssize_t>(sizeof reason)) {
    if (reason == ENOENT) {
      throw Error(ErrorKind::not_found, fmt::format("there is no program \"{}\"", shown(words.front())));
    }
    throw system_error(reason, fmt::format("cannot run {}", shown(words.front())));
  }
  constexpr int by_signal = 128;
  return WIFEXITED(status) ? WEXITSTATUS(status) : by_signal + WTERMSIG(status);
}

}  // namespace corral::state

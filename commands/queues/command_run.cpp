#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/platform/child_process.hpp"
#include "backends/platform/nameless_file.hpp"
#include "backends/platform/pipe.hpp"
#include "commands/queues/delivery.hpp"

namespace corral::queues {

namespace {

constexpr int cannot_execute = 126;
constexpr int not_found = 127;

struct Pipe {
  FileDescriptor reading;
  FileDescriptor writing;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (platform::make_pipe(ends) != 0) throw system_error(errno, "cannot make a pipe");
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

void never_wait(const FileDescriptor& file) {
  ::fcntl(file.get(), F_SETFL, ::fcntl(file.get(), F_GETFL) | O_NONBLOCK);
}

/// An in-memory file. Unlike a pipe, it is complete even if corral dies, so a command never processes half a
/// message.
FileDescriptor file_with(std::string_view bytes) {
  FileDescriptor file = platform::make_memory_file();
  if (!file) throw system_error(errno, "cannot make a file in memory");
  write_fully(file.get(), bytes, "a file in memory");
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

/// Runs in the child, between fork and exec.
[[noreturn]] void become(const std::string& command, const FileDescriptor& in, const Pipe& out,
                         const std::vector<EnvironmentVariable>& environment, pid_t parent) {
  ::setpgid(0, 0);
  platform::end_with_parent(SIGTERM);
  if (::getppid() != parent) ::_exit(not_found);
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ})
    static_cast<void>(std::signal(signal, SIG_DFL));
  ::dup2(in.get(), STDIN_FILENO);
  ::dup2(out.writing.get(), STDOUT_FILENO);
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  ::_exit(not_found);
}

/// Describes an exit status, following sh's conventions.
std::string_view meaning(int exit_status) {
  if (exit_status == cannot_execute) return " (the command cannot be executed)";
  return exit_status == not_found ? " (command not found)" : "";
}

class CommandRun final : public Delivery {
 public:
  CommandRun(const std::string& command, std::string_view input,
             const std::vector<EnvironmentVariable>& environment) {
    const FileDescriptor in = file_with(input);
    Pipe out = make_pipe();
    const pid_t parent = ::getpid();
    child_ = ::fork();
    if (child_ < 0) throw system_error(errno, "cannot start a process");
    if (child_ == 0) become(command, in, out, environment, parent);
    out_ = std::move(out.reading);
    never_wait(out_);
    end_ = platform::watch_end_of(child_);
  }
  CommandRun(const CommandRun&) = delete;
  CommandRun& operator=(const CommandRun&) = delete;
  ~CommandRun() override {
    if (child_ <= 0) return;
    ::kill(child_, SIGTERM);
    ::waitpid(child_, nullptr, 0);
  }

  [[nodiscard]] std::vector<pollfd> waits() const override {
    std::vector<pollfd> waits;
    if (out_) waits.push_back({out_.get(), POLLIN, 0});
    if (end_) waits.push_back({end_.get(), POLLIN, 0});
    return waits;
  }

  bool step() override {
    read_output();
    int status = 0;
    if (child_ > 0 && ::waitpid(child_, &status, WNOHANG) == child_) {
      child_ = 0;
      read_output();  // its last output; output of its own children may come later and is not waited for
      result_.succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
      if (!result_.succeeded) {
        const int exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
        result_.reached = exit_status != cannot_execute && exit_status != not_found;
        result_.reason = WIFEXITED(status)
                             ? fmt::format("exit status {}{}", exit_status, meaning(exit_status))
                             : fmt::format("ended by signal {}", WTERMSIG(status));
      }
    }
    return child_ == 0;
  }

  DeliveryResult result() override { return std::move(result_); }

 private:
  void read_output() {
    std::array<char, 65'536> buffer{};
    while (out_) {
      const ssize_t count = ::read(out_.get(), buffer.data(), buffer.size());
      if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (count <= 0) {
        out_ = FileDescriptor();
      } else {
        result_.answer.append(buffer.data(), static_cast<std::size_t>(count));
      }
    }
  }

  pid_t child_ = -1;
  FileDescriptor out_;
  FileDescriptor end_;
  DeliveryResult result_;
};

}  // namespace

void check_command(const std::string& command) {
  const pid_t child = ::fork();
  if (child < 0) throw system_error(errno, "cannot start a process");
  if (child == 0) {
    ::execl("/bin/sh", "sh", "-n", "-c", command.c_str(), nullptr);
    ::_exit(not_found);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  throw Error(ErrorKind::usage, "sh cannot read the command of --exec", "see what it says above");
}

std::unique_ptr<Delivery> run_command(const std::string& command, std::string_view input,
                                      const std::vector<EnvironmentVariable>& environment) {
  return std::make_unique<CommandRun>(command, input, environment);
}

}  // namespace corral::queues

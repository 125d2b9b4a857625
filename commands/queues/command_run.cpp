#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/platform/child_process.hpp"
#include "backends/platform/nameless_file.hpp"
#include "commands/queues/delivery.hpp"

namespace corral::queues {

namespace {

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

class CommandRun final : public Delivery {
 public:
  CommandRun(const std::string& command, std::string_view input,
             const std::vector<EnvironmentVariable>& environment) {
    const FileDescriptor in = file_with(input);
    Pipe out = make_pipe();
    child_ = start_command(command, in.get(), out.writing.get(), environment);
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
        result_.reached = exit_status != shell_cannot_execute && exit_status != shell_not_found;
        result_.reason = ending_of(status);
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

std::unique_ptr<Delivery> run_command(const std::string& command, std::string_view input,
                                      const std::vector<EnvironmentVariable>& environment) {
  return std::make_unique<CommandRun>(command, input, environment);
}

}  // namespace corral::queues

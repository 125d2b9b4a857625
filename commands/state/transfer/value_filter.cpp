#include "commands/state/transfer/value_filter.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"

namespace corral::state {

namespace {

/// A pipe that is no longer read gives this thread an error in place of a signal.
void block_pipe_signal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

/// Writes to a pipe; false: it is no longer read.
bool feed(int pipe, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(pipe, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

/// The output of a command whose input a thread feeds.
class FilteredSource final : public ByteSource {
 public:
  FilteredSource(const std::string& command, ByteSource& input,
                 const std::vector<EnvironmentVariable>& environment, std::string key,
                 const std::function<void()>& check_interrupt)
      : key_(std::move(key)), check_interrupt_(check_interrupt) {
    Pipe in = make_pipe();
    Pipe out = make_pipe();
    child_ = start_command(command, in.reading.get(), out.writing.get(), environment);
    out_ = std::move(out.reading);
    feeder_ = std::thread([this, &input, pipe = std::move(in.writing)]() mutable {
      block_pipe_signal();
      try {
        std::array<char, 65'536> buffer{};
        while (const std::size_t count = input.read(buffer)) {
          if (!feed(pipe.get(), {buffer.data(), count})) break;  // the command has read enough
        }
      } catch (...) {
        failure_ = std::current_exception();
      }
      pipe = FileDescriptor();
    });
  }
  FilteredSource(const FilteredSource&) = delete;
  FilteredSource& operator=(const FilteredSource&) = delete;
  ~FilteredSource() override {
    if (child_ > 0) {
      ::kill(-child_, SIGTERM);
      ::kill(child_, SIGKILL);
      while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
    if (feeder_.joinable()) feeder_.join();
  }

  std::size_t read(std::span<char> buffer) override {
    constexpr int moment = 100;
    while (out_) {
      pollfd wait{out_.get(), POLLIN, 0};
      if (::poll(&wait, 1, moment) <= 0) {
        check_interrupt_();
        continue;
      }
      const ssize_t count = ::read(out_.get(), buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw system_error(errno, "cannot read what the command of --exec says");
      if (count > 0) return static_cast<std::size_t>(count);
      out_ = FileDescriptor();
      finish();
    }
    return 0;
  }

 private:
  /// Throws unless the output is a value.
  void finish() {
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) check_interrupt_();
    child_ = 0;
    feeder_.join();
    if (failure_) std::rethrow_exception(failure_);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 1) throw ValueDropped();
    throw Error(ErrorKind::invalid_input,
                fmt::format("the command of --exec failed for \"{}\": {}", shown(first_characters(key_, 80)),
                            ending_of(status)),
                "it has to exit with 0, or with 1 to drop the value; nothing has become visible");
  }

  std::string key_;
  const std::function<void()>& check_interrupt_;
  pid_t child_ = 0;
  FileDescriptor out_;
  std::exception_ptr failure_;
  std::thread feeder_;
};

}  // namespace

ValueFilter::ValueFilter(std::string command, std::function<void()> check_interrupt)
    : command_(std::move(command)), check_interrupt_(std::move(check_interrupt)) {
  check_command(command_);
}

std::unique_ptr<ByteSource> ValueFilter::apply(ByteSource& input, const FilteredValue& of) const {
  const std::vector<EnvironmentVariable> environment = {{"CORRAL_RESOURCE", std::string(of.resource)},
                                                        {"CORRAL_KEY", std::string(of.key)},
                                                        {"CORRAL_METADATA", std::string(of.metadata)}};
  return std::make_unique<FilteredSource>(command_, input, environment, std::string(of.key),
                                          check_interrupt_);
}

std::optional<std::string> ValueFilter::apply(std::string_view value, const FilteredValue& of,
                                              std::uint64_t limit) const {
  MemorySource input(value);
  try {
    return read_all(*apply(input, of), limit, fmt::format("the new value of \"{}\"", shown(of.key)));
  } catch (const ValueDropped&) {
    return std::nullopt;
  }
}

}  // namespace corral::state

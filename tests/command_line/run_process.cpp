#include "tests/command_line/run_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utmp.h>

namespace corral::testing {

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }
  void reset() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct Pipe {
  Fd reading;
  Fd writing;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
  return {Fd(ends[0]), Fd(ends[1])};
}

/// The ends that the test keeps.
struct Ends {
  Fd in;
  Fd out;
  Fd err;
  Fd terminal;
};

[[noreturn]] void become(const ProcessRequest& request, std::array<int, 3> streams, int terminal) {
  if (terminal >= 0) login_tty(dup(terminal));
  for (int i = 0; i < 3; ++i) {
    const int from = streams.at(static_cast<std::size_t>(i));
    dup2(from >= 0 ? from : terminal, i);
  }
  if (!request.folder.empty() && chdir(request.folder.c_str()) != 0) _exit(126);
  for (const auto& [name, value] : request.environment) setenv(name.c_str(), value.c_str(), 1);
  // The test runner may ignore these signals; a program starts with a shell's defaults.
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE}) static_cast<void>(std::signal(signal, SIG_DFL));
  // Nor may it find open what the runner was started with.
  close_range(STDERR_FILENO + 1, ~0U, 0);
  std::vector<char*> words;
  for (const std::string& word : request.command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execvp(words[0], words.data());
  _exit(127);
}

pid_t start(const ProcessRequest& request, Ends& ends) {
  Fd slave;
  const TerminalStreams& terminal = request.terminal;
  if (terminal.in || terminal.out || terminal.err) {
    std::array<int, 2> pair{};
    winsize size = {};
    size.ws_col = terminal.columns;
    size.ws_row = 24;
    if (openpty(pair.data(), pair.data() + 1, nullptr, nullptr, &size) != 0) fail("openpty");
    ends.terminal = Fd(pair[0]);
    slave = Fd(pair[1]);
    fcntl(pair[0], F_SETFD, FD_CLOEXEC);
    fcntl(pair[1], F_SETFD, FD_CLOEXEC);
  }
  Pipe in = terminal.in ? Pipe{} : make_pipe();
  Pipe out = terminal.out ? Pipe{} : make_pipe();
  Pipe err = terminal.err ? Pipe{} : make_pipe();
  if (request.close_stdout) out.reading.reset();
  const pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) become(request, {in.reading.get(), out.writing.get(), err.writing.get()}, slave.get());
  ends.in = std::move(in.writing);
  ends.out = std::move(out.reading);
  ends.err = std::move(err.reading);
  return child;
}

/// Reads what is there; closes the descriptor at its end.
void drain(Fd& fd, std::string& text) {
  std::array<char, 65536> buffer{};
  const ssize_t count = read(fd.get(), buffer.data(), buffer.size());
  if (count > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  } else if (count == 0 || errno != EINTR) {
    fd.reset();  // a terminal whose last user is gone gives EIO
  }
}

void feed(Fd& fd, std::string_view& rest, bool keep_open) {
  constexpr std::size_t piece = 4096;
  const ssize_t count = write(fd.get(), rest.data(), std::min(rest.size(), piece));
  if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
  if ((count < 0 && errno != EINTR && errno != EAGAIN) || rest.empty()) {
    rest = {};
    if (!keep_open) fd.reset();
  }
}

int wait_for(pid_t child, Clock::time_point deadline, rusage& usage) {
  int status = 0;
  while (wait4(child, &status, WNOHANG, &usage) == 0) {
    if (Clock::now() >= deadline) {
      kill(child, SIGKILL);
      wait4(child, &status, 0, &usage);
      return -1;
    }
    constexpr useconds_t pause = 500;
    usleep(pause);
  }
  constexpr int by_signal = 128;
  return WIFEXITED(status) ? WEXITSTATUS(status) : by_signal + WTERMSIG(status);
}

#ifdef CORRAL_EMULATED  // by QEMU
constexpr int slowness = 10;
constexpr long emulator_mebibytes = 64;
#else
constexpr int slowness = 1;
[[maybe_unused]] constexpr long emulator_mebibytes = 0;
#endif

}  // namespace

ProcessResult run_process(const ProcessRequest& request) {
  const auto old_handler = std::signal(SIGPIPE, SIG_IGN);
  Ends ends;
  const Clock::time_point deadline = Clock::now() + slowness * request.timeout;
  const pid_t child = start(request, ends);
  ProcessResult result;
  std::string typed = request.input;
  if (request.terminal.in && !request.keep_stdin_open) typed += '\x04';
  std::string_view rest = typed;
  if (!request.keep_stdin_open && rest.empty()) ends.in.reset();
  bool signalled = !request.signal.has_value();
  while ((ends.out.open() || ends.err.open() || ends.terminal.open()) && Clock::now() < deadline) {
    const auto events = [](bool wanted, short event) { return wanted ? event : short{0}; };
    const bool typing = request.terminal.in && !rest.empty();
    std::array<pollfd, 4> waiting{
        pollfd{ends.in.get(), events(!rest.empty(), POLLOUT), 0}, pollfd{ends.out.get(), POLLIN, 0},
        pollfd{ends.err.get(), POLLIN, 0},
        pollfd{ends.terminal.get(), static_cast<short>(POLLIN | events(typing, POLLOUT)), 0}};
    constexpr int step = 50;
    if (poll(waiting.data(), waiting.size(), step) < 0) continue;
    if (ends.in.open() && waiting[0].revents != 0) feed(ends.in, rest, request.keep_stdin_open);
    if (ends.out.open() && waiting[1].revents != 0) drain(ends.out, result.out);
    if (ends.err.open() && waiting[2].revents != 0) drain(ends.err, result.err);
    if (ends.terminal.open() && (waiting[3].revents & POLLOUT) != 0) feed(ends.terminal, rest, true);
    if (ends.terminal.open() && (waiting[3].revents & ~POLLOUT) != 0) drain(ends.terminal, result.screen);
    if (!signalled && !(result.err.empty() && result.screen.empty())) {
      kill(child, *request.signal);
      signalled = true;
    }
  }
  rusage usage{};
  result.status = wait_for(child, deadline, usage);
  result.peak_kib = usage.ru_maxrss;
  static_cast<void>(std::signal(SIGPIPE, old_handler));
  return result;
}

bool peak_below([[maybe_unused]] const ProcessResult& result, [[maybe_unused]] long mebibytes) {
#ifdef __SANITIZE_ADDRESS__
  return true;
#else
  return result.peak_kib < (mebibytes + emulator_mebibytes) * 1024;
#endif
}

}  // namespace corral::testing

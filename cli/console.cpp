#include "cli/console.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "cli/interrupt.hpp"
#include "cli/line_editor.hpp"

namespace corral {

namespace {

constexpr std::size_t buffer_size = std::size_t{64} * 1024;
constexpr std::size_t longest_line = std::size_t{64} * 1024;

/// FORCE_COLOR takes precedence over NO_COLOR, and both over whether the stream is a terminal; "0" and ""
/// disable FORCE_COLOR.
bool wants_colour(const Environment& environment, bool terminal) {
  if (const auto force = environment.get("FORCE_COLOR"); force && !force->empty()) return *force != "0";
  if (const auto no = environment.get("NO_COLOR"); no && !no->empty()) return false;
  return terminal && environment.get("TERM").value_or("") != "dumb";
}

/// Waits until a non-blocking descriptor is ready; other descriptors never ask for it.
void wait_for(int fd, short events) {
  pollfd waiting{fd, events, 0};
  poll(&waiting, 1, -1);
}

void write_data(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      throw Error(ErrorKind::closed_pipe, "the reader of stdout is gone");
    } else if (errno == EAGAIN) {
      wait_for(fd, POLLOUT);
    } else if (errno != EINTR) {
      // A hint about the state folder would refer to the wrong file.
      throw Error(ErrorKind::io, fmt::format("cannot write to stdout: {}", std::strerror(errno)));
    }
    if (!bytes.empty()) throw_if_interrupted();
  }
}

/// Reads standard input; Ctrl-C interrupts it.
class StandardInput final : public ByteSource {
 public:
  explicit StandardInput(int fd) : fd_(fd) {}

  std::size_t read(std::span<char> buffer) override {
    while (true) {
      throw_if_interrupted();
      const ssize_t count = ::read(fd_, buffer.data(), buffer.size());
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno == EAGAIN) {
        wait_for(fd_, POLLIN);
      } else if (errno != EINTR) {
        throw system_error(errno, "cannot read standard input");
      }
    }
  }

  /// Known if a file is redirected to it.
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override {
    struct stat status = {};
    if (fstat(fd_, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    const off_t at = lseek(fd_, 0, SEEK_CUR);
    if (at < 0) return std::nullopt;
    return static_cast<std::uint64_t>(std::max<off_t>(status.st_size - at, 0));
  }

 private:
  int fd_;
};

}  // namespace

void hold_standard_streams() noexcept {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // The lowest free descriptor is the missing one; the wrong direction makes any use of it fail.
    if (fcntl(fd, F_GETFD) < 0) open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

Console::Console(Streams streams, const Environment& environment, const Clock& clock)
    : streams_(streams),
      environment_(environment),
      clock_(clock),
      display_(streams.err, isatty(streams.err) != 0 && environment.get("TERM").value_or("") != "dumb"),
      in_terminal_(isatty(streams.in) != 0),
      out_terminal_(isatty(streams.out) != 0),
      err_terminal_(isatty(streams.err) != 0),
      colour_out_(wants_colour(environment, out_terminal_)),
      colour_err_(wants_colour(environment, err_terminal_)) {}

Console::~Console() {
  display_.wipe();
}

void Console::write_out(std::string_view bytes) {
  if (failure_) return;
  try {
    write_data(streams_.out, bytes);
    if (!must_finish_) throw_if_interrupted();
  } catch (const Error& error) {
    if (!must_finish_) throw;
    failure_ = error;
  }
}

void Console::flush() {
  if (out_terminal_) styled(safe_data_.rest());
  write_buffer();
}

void Console::write_buffer() {
  const std::string pending = std::exchange(buffer_, {});
  if (!pending.empty()) write_out(pending);
}

void Console::deliver() {
  flush();
  if (!failure_) return;
  throw Error(*std::exchange(failure_, std::nullopt));
}

void Console::data(std::string_view bytes) {
  if (out_terminal_) {
    styled(safe_data_.pass(bytes));
  } else {
    styled(bytes);
  }
}

void Console::styled(std::string_view text) {
  if (out_terminal_) display_.wipe();
  if (buffer_.size() + text.size() > buffer_size) write_buffer();
  if (text.size() >= buffer_size) {
    write_out(text);
  } else {
    if (buffer_.capacity() == 0 && text.size() < buffer_size / 16) buffer_.reserve(4096);
    buffer_ += text;
  }
}

void Console::write_to_stderr(std::string_view text) {
  if (out_terminal_ && err_terminal_ && !buffer_.empty()) write_buffer();
  display_.wipe();
  // If stderr is closed or full, there is no way to report it.
  while (!text.empty()) {
    const ssize_t written = write(streams_.err, text.data(), text.size());
    if (written < 0 && errno == EAGAIN) {
      wait_for(streams_.err, POLLOUT);
    } else if (written < 0 && errno != EINTR) {
      return;
    } else if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }
}

void Console::remark(std::string_view mark, std::string_view colour, std::string_view text) {
  const std::string line = err_terminal_ ? terminal_text(text) : std::string(text);
  if (mark.empty()) {
    write_to_stderr(fmt::format("{}\n", line));
  } else if (colour_err_) {
    write_to_stderr(fmt::format("\x1b[{}m{}\x1b[0m {}\n", colour, mark, line));
  } else {
    write_to_stderr(fmt::format("{} {}\n", mark, line));
  }
}

void Console::note(std::string_view line) {
  if (!json_) remark({}, {}, line);
}

void Console::warning(std::string_view line) {
  remark("warning:", "33", line);
}

void Console::error(std::string_view message, std::string_view hint) {
  remark({}, {}, fmt::format("error: {}", message));
  if (!hint.empty()) remark({}, {}, hint);
}

void Console::final_error(std::string_view message, std::string_view hint) {
  remark("corral:", "31", message);
  if (!hint.empty()) remark({}, {}, hint);
}

void Console::final_error(std::string_view json) {
  remark({}, {}, json);
}

std::unique_ptr<Progress> Console::progress(std::string_view what, std::uint64_t total, ProgressUnit unit) {
  return std::make_unique<ProgressLine>(display_, clock_, std::string(what), total, unit);
}

int Console::width() const {
  winsize size = {};
  constexpr int usual = 80;
  if (!out_terminal_) return 0;
  return ioctl(streams_.out, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual;
}

ByteSource& Console::standard_input() {
  if (!input_) input_ = std::make_unique<StandardInput>(streams_.in);
  return *input_;
}

std::unique_ptr<LineEditor> Console::line_editor(std::string_view history) {
  flush();
  return open_line_editor(history, environment_);
}

std::string Console::ask(std::string_view question) {
  remark({}, {}, question);
  return read_line();
}

std::string Console::read_line() {
  display_.wipe();
  std::string line;
  std::array<char, 1> character{};
  // One byte at a time: input after the line belongs to the next reader.
  while (standard_input().read(character) == 1 && character[0] != '\n') {
    if (line.size() == longest_line) throw Error(ErrorKind::limit, "the line on standard input is too long");
    line += character[0];
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace corral

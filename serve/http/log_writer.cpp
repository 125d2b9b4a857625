#include "serve/http/log_writer.hpp"

#include <cerrno>
#include <poll.h>
#include <utility>

#include <fmt/format.h>

#include "serve/http/signals_blocked.hpp"

namespace corral::serve {

namespace {

using std::chrono::steady_clock;

constexpr std::size_t most_bytes = std::size_t{1} << 20U;
/// A pipe that can be written to takes 4,096 bytes (PIPE_BUF).
constexpr std::size_t longest_line = 4000;
constexpr auto patience_at_end = std::chrono::seconds(1);
/// How often a writer that waits for room looks whether it is to end.
constexpr int pause_ms = 50;

}  // namespace

LogWriter::LogWriter(Output& out, int descriptor) : out_(out), descriptor_(descriptor) {
  const SignalsBlocked blocked;
  thread_ = std::thread([this] { work(); });
}

LogWriter::~LogWriter() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
    end_ = steady_clock::now() + patience_at_end;
  }
  wake_.notify_all();
  thread_.join();
}

void LogWriter::add(Kind kind, std::string line) {
  if (line.size() > longest_line) line.resize(longest_line);
  {
    const std::scoped_lock lock(mutex_);
    if (bytes_ + line.size() > most_bytes) {
      ++dropped_;
      return;
    }
    bytes_ += line.size();
    lines_.push_back({kind, std::move(line)});
  }
  wake_.notify_one();
}

std::uint64_t LogWriter::dropped() const {
  const std::scoped_lock lock(mutex_);
  return dropped_;
}

bool LogWriter::wait_for_room() {
  while (true) {
    pollfd one{descriptor_, POLLOUT, 0};
    // A reader that is gone makes it ready, too: what is written then goes nowhere.
    if (::poll(&one, 1, pause_ms) != 0 && (one.revents != 0 || errno != EINTR)) return true;
    const std::scoped_lock lock(mutex_);
    if (is_stopping_ && steady_clock::now() >= end_) return false;
  }
}

void LogWriter::write(const Line& line) {
  if (line.kind == Kind::warning) {
    out_.warning(line.text);
  } else {
    out_.note(line.text);
  }
}

void LogWriter::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return !lines_.empty() || is_stopping_; });
    if (lines_.empty()) return;
    lock.unlock();
    const bool has_room = wait_for_room();
    lock.lock();
    if (!has_room) return;
    Line line;
    if (dropped_ > reported_) {
      line = {Kind::warning,
              fmt::format("{} lines of the log were dropped, because nothing read it", dropped_ - reported_)};
      reported_ = dropped_;
    } else {
      line = std::move(lines_.front());
      lines_.pop_front();
      bytes_ -= line.text.size();
    }
    lock.unlock();
    write(line);
    lock.lock();
  }
}

}  // namespace corral::serve

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "commands/command/output.hpp"

namespace corral::serve {

/// Writes lines to stderr on a thread of its own, so that a reader of stderr who stops reading does not stop
/// the server: what does not fit into a buffer of 1 MiB is dropped and counted. Any thread may use it.
class LogWriter {
 public:
  /// `out` must outlive it, and nothing else may use its stderr meanwhile. `descriptor` is that stderr.
  LogWriter(Output& out, int descriptor);
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;
  /// Writes what is left, if that takes at most a second.
  ~LogWriter();

  enum class Kind { note, warning };

  /// Takes the line at once. Of a long one only the first 4,000 bytes are written: more might not fit into a
  /// pipe that has room.
  void add(Kind kind, std::string line);

  /// How many lines were dropped.
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  struct Line {
    Kind kind = Kind::note;
    std::string text;
  };

  void work();
  /// Waits until a line can be written without waiting; false: the end has come.
  bool wait_for_room();
  void write(const Line& line);

  Output& out_;
  int descriptor_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Line> lines_;
  std::size_t bytes_ = 0;  ///< of `lines_`
  std::uint64_t dropped_ = 0;
  std::uint64_t reported_ = 0;  ///< of those, how many a line has told of
  bool is_stopping_ = false;
  std::chrono::steady_clock::time_point end_;  ///< once it is stopping
  std::thread thread_;                         ///< last: it uses the rest
};

}  // namespace corral::serve

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corral::testing {

/// Which standard streams of a process are one terminal; the others are pipes.
struct TerminalStreams {
  bool in = false;
  bool out = false;
  bool err = false;
  unsigned short columns = 80;
};

/// A program to run.
struct ProcessRequest {
  std::vector<std::string> command;  ///< the program (found along PATH) and its arguments
  std::string input = {};            ///< all of stdin; then it ends (Ctrl-D on a terminal)
  std::vector<std::pair<std::string, std::string>> environment = {};  ///< added to the test's own
  std::string folder = {};                                            ///< empty: the test's own
  TerminalStreams terminal = {};
  bool close_stdout = false;                 ///< the reading end of stdout is closed from the start
  bool keep_stdin_open = false;              ///< after `input` nothing comes, but stdin does not end
  std::optional<int> signal = std::nullopt;  ///< sent as soon as anything was written to stderr
  std::chrono::milliseconds timeout{20'000};
};

/// What became of it.
struct ProcessResult {
  int status = -1;  ///< the exit status; 128 + the signal that ended it; -1 when the time was over
  std::string out;
  std::string err;
  long peak_kib = 0;   ///< most memory that it had resident, in KiB
  std::string screen;  ///< everything written to the terminal, with "\r\n" as it arrived
};

/// Runs a program to its end, feeding and draining all its streams at once. A program that outlives the
/// timeout (ten times as long under an emulator) is killed. Throws std::system_error if it cannot be started
/// at all.
ProcessResult run_process(const ProcessRequest& request);

/// Whether the peak resident memory of the process was below this limit; under an emulator, its own is
/// allowed for. Always true in builds with AddressSanitizer, which delays the reuse of freed memory.
bool peak_below(const ProcessResult& result, long mebibytes);

}  // namespace corral::testing

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corral::testing {

/// What goes wrong at a call.
struct Fault {
  enum class Action {
    kill,         ///< SIGKILL before the call
    kill_after,   ///< SIGKILL once it has run
    error,        ///< it fails and does nothing
    error_after,  ///< it runs and still reports a failure: a flush that may have reached the disk
    partial,      ///< it writes half of what it was asked to write
    lasting       ///< this call and all like it from here on fail: a full or a broken disk
  };
  Action action{};
  int error = 0;  ///< errno, for those that report one
};

/// "kill", "kill-after", "short", the name of an errno ("EIO"), the same with "-after" or with "-from-here".
/// nullopt: none of these.
std::optional<Fault> parse_fault(std::string_view name);

/// A command to run, and what is to go wrong.
struct Job {
  std::vector<std::string> command;
  std::string folder;                    ///< where it runs; empty: here
  std::vector<std::string> environment;  ///< NAME=VALUE; all that it gets
  std::string input;                     ///< its standard input
  bool is_traced = true;                 ///< false: it only runs
  std::uint64_t at = 0;                  ///< the call, from 1; 0: no fault
  Fault fault;
  unsigned seconds = 60;  ///< then it is killed
};

/// A call of the command's own process, in the order in which they came.
struct SeenCall {
  std::string name;
  std::string_view kind;  ///< "name", "write", "size", "flush", "mode"
  std::string target;
  std::uint64_t count = 0;  ///< bytes, or vectors of bytes, to write
};

struct Run {
  std::vector<SeenCall> calls;
  bool is_injected = false;  ///< whether the call came, and the fault suits it
  bool hangs = false;        ///< it was killed because its time was up
  int status = -1;           ///< the exit status; -1: a signal ended it
  int signal = 0;            ///< that signal
  std::string out;
  std::string words;  ///< its standard error
};

}  // namespace corral::testing

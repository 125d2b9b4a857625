#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"
#include "commands/command/shell_process.hpp"

namespace corral::state {

/// Thrown when the command of --exec has dropped the value that is being read. Not an error.
class ValueDropped final : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "the command of --exec dropped it"; }
};

/// Whose value a command gets.
struct FilteredValue {
  std::string_view resource;  ///< the name of the namespace or bucket
  std::string_view key;
  std::string_view metadata = {};  ///< JSON
};

/// Passes values through a shell command: the value is its stdin, and its stdout the new value; exit status 1
/// drops the value. It finds the names in CORRAL_RESOURCE, CORRAL_KEY and CORRAL_METADATA. Bytes go through
/// pipes, in constant memory, and never to a file. Any number of threads.
class ValueFilter {
 public:
  /// `check_interrupt` is called while a command runs. Throws usage if sh cannot parse the command.
  ValueFilter(std::string command, std::function<void()> check_interrupt);

  /// The new value, read while the command makes it; `input` must outlive it. Reading throws ValueDropped at
  /// the end if the command dropped it, invalid_input for any other exit status but 0, and what reading
  /// `input` throws.
  [[nodiscard]] std::unique_ptr<ByteSource> apply(ByteSource& input, const FilteredValue& of) const;

  /// The same for a value in memory; nullopt: dropped. Throws limit if the new value has more than `limit`
  /// bytes.
  [[nodiscard]] std::optional<std::string> apply(std::string_view value, const FilteredValue& of,
                                                 std::uint64_t limit) const;

 private:
  std::string command_;
  std::function<void()> check_interrupt_;
};

}  // namespace corral::state

#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/line/declared_command.hpp"

namespace corral {

/// One element of a command line.
struct Token {
  const Argument* option = nullptr;  ///< nullptr: `value` is a positional argument
  std::string value;                 ///< for a flag, "true" or "false"
  bool complete = true;              ///< false: the line ends before the option's value
};

/// The flags that are valid at some point of a line.
struct KnownFlags {
  std::span<const Argument> own;  ///< the command's own, which take precedence
  std::span<const Argument> global;
  std::string_view command;  ///< "corral kv key get", for error messages
};

/// Splits a command line as wrangler does: `--flag value`, `--flag=value`, `-f value`, `-fvalue`, `-abc`;
/// boolean flags alone, followed by true or false, with `=true`, or as `--no-flag`; camelCase for long flags;
/// `--` ends the flags; "-" and negative numbers are positional arguments.
class WordReader {
 public:
  /// `words` must outlive the reader.
  explicit WordReader(std::span<const std::string> words) : words_(words) {}

  [[nodiscard]] bool done() const { return at_ >= words_.size() && cluster_.empty(); }

  /// Whether a `--` has been passed.
  [[nodiscard]] bool flags_ended() const { return flags_ended_; }

  /// The flag that is still waiting for the next argument; nullptr: none.
  [[nodiscard]] const Argument* open_option() const { return greedy_; }

  /// The next token. Throws usage for an unknown flag, a boolean flag's value that is neither true nor false,
  /// and a missing value that is followed by another flag; the argument is then consumed.
  Token next(const KnownFlags& known);

 private:
  Token read_long(const std::string& word, const KnownFlags& known);
  Token read_short(const KnownFlags& known);
  Token value_in_next_word(const Argument& argument, std::string_view name, const KnownFlags& known);
  [[nodiscard]] bool is_flag_word(const std::string& word, const KnownFlags& known) const;

  std::span<const std::string> words_;
  std::size_t at_ = 0;
  std::string cluster_;  ///< the rest of "-abc", without the dash
  const Argument* greedy_ = nullptr;
  bool flags_ended_ = false;
};

}  // namespace corral

#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/line/declared_command.hpp"

namespace corral {

/// One thing that stands on a command line.
struct Token {
  const Argument* option = nullptr;  ///< nullptr: `value` is a word that belongs to no flag
  std::string value;                 ///< of a flag "true" or "false"
  bool complete = true;              ///< false: the line ends before the option's value
};

/// The flags that may stand at some point of a line.
struct KnownFlags {
  std::span<const Argument> own;  ///< those of the command, which win
  std::span<const Argument> global;
  std::string_view command;  ///< "corral kv key get", for error messages
};

/// Takes the words of a command line apart as wrangler does: `--flag value`, `--flag=value`, `-f value`,
/// `-fvalue`, `-abc`; boolean flags alone, with a following true or false, with `=true`, or as
/// `--no-flag`; camelCase for long flags; `--` ends the flags; "-" and negative numbers are words.
class WordReader {
 public:
  /// `words` must outlive the reader.
  explicit WordReader(std::span<const std::string> words) : words_(words) {}

  [[nodiscard]] bool done() const { return at_ >= words_.size() && cluster_.empty(); }

  /// Whether a `--` has been passed.
  [[nodiscard]] bool flags_ended() const { return flags_ended_; }

  /// The flag that the next word would still belong to; nullptr: none.
  [[nodiscard]] const Argument* open_option() const { return greedy_; }

  /// The next token. Throws usage for a flag that is not known, a flag's value that is neither true nor
  /// false, and a missing value that is followed by another flag; the word is then passed.
  Token next(const KnownFlags& known);

 private:
  Token read_long(const std::string& word, const KnownFlags& known);
  Token read_short(const KnownFlags& known);
  Token value_in_next_word(const Argument& argument, std::string_view name, const KnownFlags& known);
  [[nodiscard]] bool is_flag_word(const std::string& word, const KnownFlags& known) const;

  std::span<const std::string> words_;
  std::size_t at_ = 0;
  std::string cluster_;  ///< what is left of "-abc", without the dash
  const Argument* greedy_ = nullptr;
  bool flags_ended_ = false;
};

}  // namespace corral

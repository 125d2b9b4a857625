#include "cli/line/word_reader.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "cli/line/suggestion.hpp"

namespace corral {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

bool is_negative_number(std::string_view word) {
  return (word.size() > 1 && is_digit(word[1])) || (word.size() > 2 && word[1] == '.' && is_digit(word[2]));
}

const Argument* find_named(std::span<const Argument> arguments, std::string_view name) {
  for (const Argument& argument : arguments) {
    if (std::find(argument.names.begin(), argument.names.end(), name) != argument.names.end()) {
      return &argument;
    }
  }
  return nullptr;
}

const Argument* find_named(const KnownFlags& known, std::string_view name) {
  const Argument* found = find_named(known.own, name);
  return found != nullptr ? found : find_named(known.global, name);
}

/// "--namespaceId" as "--namespace-id".
std::string in_kebab_case(std::string_view name) {
  std::string kebab;
  for (const char c : name) {
    if (is_upper(c)) {
      kebab += '-';
      kebab += static_cast<char>(c - 'A' + 'a');
    } else {
      kebab += c;
    }
  }
  return kebab;
}

const Argument* find_long(const KnownFlags& known, std::string_view name) {
  if (const Argument* exact = find_named(known, name)) return exact;
  return std::any_of(name.begin(), name.end(), is_upper) ? find_named(known, in_kebab_case(name)) : nullptr;
}

/// The boolean flag that "--no-flag" turns off.
const Argument* find_negated(const KnownFlags& known, std::string_view name) {
  constexpr std::string_view negation = "--no-";
  if (!name.starts_with(negation)) return nullptr;
  const Argument* argument = find_long(known, fmt::format("--{}", name.substr(negation.size())));
  return argument != nullptr && argument->is_flag() ? argument : nullptr;
}

std::optional<bool> truth(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

Token flag(const Argument& argument, bool value) {
  return {&argument, value ? "true" : "false", true};
}

Error unknown_flag(const KnownFlags& known, std::string_view name) {
  std::vector<std::string> candidates;
  for (const auto& list : {known.own, known.global}) {
    for (const Argument& argument : list) {
      for (const std::string& candidate : argument.names) {
        if (!argument.hidden && candidate.starts_with("--")) candidates.push_back(candidate);
      }
    }
  }
  const std::string_view near = name.starts_with("--") ? nearest(name, candidates) : std::string_view{};
  std::string hint = near.empty() ? std::string{} : fmt::format("did you mean {}? ", near);
  hint += fmt::format("\"{} --help\" lists what it takes", known.command);
  return {ErrorKind::usage, fmt::format("unknown flag \"{}\" for {}", shown(name), known.command), hint};
}

Error not_a_truth(std::string_view name, std::string_view value) {
  return {ErrorKind::usage,
          fmt::format("{} takes true or false, but was given \"{}\"", shown(name), shown(value))};
}

}  // namespace

bool WordReader::is_flag_word(const std::string& word, const KnownFlags& known) const {
  if (flags_ended_ || word.size() < 2 || word[0] != '-') return false;
  // Flag names never contain spaces: "-- a comment\nSELECT 1" is a value.
  if (word.substr(0, word.find('=')).find_first_of(" \t\r\n") != std::string::npos) return false;
  if (!is_negative_number(word)) return true;
  return find_named(known, word.substr(0, 2)) != nullptr;
}

Token WordReader::next(const KnownFlags& known) {
  if (!cluster_.empty()) return read_short(known);
  const std::string& word = words_[at_++];
  if (word == "--" && !flags_ended_) {
    flags_ended_ = true;
    greedy_ = nullptr;
    if (done()) return {nullptr, {}, false};
    return next(known);
  }
  if (!is_flag_word(word, known)) {
    if (greedy_ != nullptr) return {greedy_, word, true};
    return {nullptr, word, true};
  }
  greedy_ = nullptr;
  if (word.starts_with("--")) return read_long(word, known);
  cluster_ = word.substr(1);
  return read_short(known);
}

Token WordReader::read_long(const std::string& word, const KnownFlags& known) {
  const std::size_t equals = std::min(word.find('='), word.size());
  const std::string name = word.substr(0, equals);
  const bool has_value = equals < word.size();
  const std::string value = has_value ? word.substr(equals + 1) : std::string{};

  const Argument* argument = find_long(known, name);
  bool meaning = true;
  if (argument == nullptr) {
    argument = find_negated(known, name);
    meaning = false;
  }
  if (argument == nullptr) throw unknown_flag(known, name);
  if (argument->is_flag()) {
    if (has_value) {
      const std::optional<bool> given = truth(value);
      if (!given) throw not_a_truth(name, value);
      return flag(*argument, *given == meaning);
    }
    const std::optional<bool> following = at_ < words_.size() ? truth(words_[at_]) : std::nullopt;
    if (following) ++at_;
    return flag(*argument, following.value_or(true) == meaning);
  }
  if (has_value) return {argument, value, true};
  return value_in_next_word(*argument, name, known);
}

Token WordReader::read_short(const KnownFlags& known) {
  const std::string name = {'-', cluster_.front()};
  cluster_.erase(0, 1);
  const Argument* argument = find_named(known, name);
  if (argument == nullptr) {
    cluster_.clear();
    throw unknown_flag(known, name);
  }
  const bool equals = cluster_.starts_with('=');
  if (argument->is_flag()) {
    if (equals) {
      const std::string value = std::exchange(cluster_, {}).substr(1);
      const std::optional<bool> given = truth(value);
      if (!given) throw not_a_truth(name, value);
      return flag(*argument, *given);
    }
    const bool last = cluster_.empty() && at_ < words_.size();
    const std::optional<bool> following = last ? truth(words_[at_]) : std::nullopt;
    if (following) ++at_;
    return flag(*argument, following.value_or(true));
  }
  if (!cluster_.empty()) return {argument, std::exchange(cluster_, {}).substr(equals ? 1 : 0), true};
  return value_in_next_word(*argument, name, known);
}

Token WordReader::value_in_next_word(const Argument& argument, std::string_view name,
                                     const KnownFlags& known) {
  if (at_ >= words_.size()) return {&argument, {}, false};
  const std::string& word = words_[at_];
  if (is_flag_word(word, known)) {
    throw Error(ErrorKind::usage, fmt::format("{} needs a value", name),
                fmt::format("if \"{0}\" is meant as its value, write {1}={0}", shown(word), name));
  }
  ++at_;
  if (argument.greedy) greedy_ = &argument;
  return {&argument, word, true};
}

}  // namespace corral

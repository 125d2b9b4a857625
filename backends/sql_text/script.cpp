#include "backends/sql_text/script.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/sql_text/words.hpp"

namespace corral::sql {

namespace {

constexpr const char* one_transaction =
    "all statements run in one transaction, all or nothing; BEGIN and COMMIT are not needed";

/// PRAGMA foreign_keys = OFF, in any form.
bool switches_foreign_keys_off(std::string_view statement) {
  const std::vector<std::string_view> words = first_words(statement, 5);
  if (words.size() < 4 || !is_keyword(words[0], "PRAGMA") || !is_keyword(words[1], "FOREIGN_KEYS"))
    return false;
  if (words[2] != "=" && words[2] != "(") return false;
  const std::string value = unquoted(words[3]);
  return is_keyword(value, "OFF") || value == "0" || is_keyword(value, "NO") || is_keyword(value, "FALSE");
}

Error misplaced(const std::string& script, std::uint64_t line, std::string_view what) {
  return {ErrorKind::invalid_input, fmt::format("{}, line {}: {}", shown(script), line, what),
          one_transaction};
}

}  // namespace

Script::Script(StatementSource& statements, std::string name)
    : statements_(statements), name_(std::move(name)) {}

bool Script::is_cut_out(const ScriptStatement& statement) {
  const char first = statement.text.front();
  if (std::string_view("bBcCeErR").find(first) == std::string_view::npos) return false;
  const std::vector<std::string_view> words = first_words(statement.text, 1);
  const auto is = [&](std::string_view keyword) { return is_keyword(words.front(), keyword); };
  const std::uint64_t line = statement.place.line;
  if (is("BEGIN")) {
    if (begun_)
      throw misplaced(name_, line, fmt::format("BEGIN within the transaction of line {}", begun_on_line_));
    begun_ = true;
    begun_on_line_ = line;
    return true;
  }
  if (is("COMMIT") || is("END")) {
    if (!begun_) throw misplaced(name_, line, "COMMIT without BEGIN");
    begun_ = false;
    return true;
  }
  if (is("ROLLBACK")) {
    // ROLLBACK TO names a savepoint, for which the dialect has its own error.
    if (first_words(statement.text, 3).size() < 3) {
      throw misplaced(name_, line,
                      "ROLLBACK: the script undoes itself, as a dump does that could not be finished");
    }
  }
  return false;
}

bool Script::next(ScriptStatement& statement) {
  while (statements_.next(statement)) {
    if (is_cut_out(statement)) continue;
    if (only_settings_) {
      if (switches_foreign_keys_off(statement.text)) continue;
      if (!is_keyword(first_words(statement.text, 1).front(), "PRAGMA")) {
        only_settings_ = false;
      }
    }
    return true;
  }
  check_end();
  return false;
}

bool Script::starts_without_foreign_keys(std::string_view beginning) {
  while (!beginning.empty()) {
    const std::size_t end = std::min(beginning.find(';'), beginning.size());
    const std::string_view statement = beginning.substr(0, end);
    const std::vector<std::string_view> words = first_words(statement, 1);
    // A ';' within a comment only leaves fewer first words, and the search ends.
    if (!words.empty()) {
      if (switches_foreign_keys_off(statement)) return true;
      if (!is_keyword(words.front(), "PRAGMA") && !is_keyword(words.front(), "BEGIN")) return false;
    }
    beginning.remove_prefix(std::min(end + 1, beginning.size()));
  }
  return false;
}

void Script::check_end() const {
  if (begun_)
    throw misplaced(name_, begun_on_line_, "BEGIN without COMMIT: the end of the script is missing");
}

}  // namespace corral::sql

#include "backends/sql_error.hpp"

#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"

namespace corral {

namespace {

std::string sentence(const SqlError::Details& details) {
  const std::string script = details.script.empty() ? "" : shown(details.script);
  if (details.place.number == 0) {
    return script.empty() ? shown(details.text) : fmt::format("{}: {}", script, shown(details.text));
  }
  return fmt::format("{}\n  {}{}statement {}, line {}, column {}: {}", shown(details.text), script,
                     script.empty() ? "" : ", ", details.place.number, details.place.line,
                     details.place.column, shown(details.sql));
}

}  // namespace

SqlError::SqlError(Details details)
    : Error(details.kind, sentence(details), details.hint), details_(std::move(details)) {}

}  // namespace corral

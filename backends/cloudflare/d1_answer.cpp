#include "backends/cloudflare/d1_answer.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "backends/bytes/json.hpp"
#include "backends/cloudflare/api_codes.hpp"
#include "backends/error.hpp"

namespace corral::cloudflare {

namespace {

using Json = nlohmann::ordered_json;

/// The values of one row; keeps the bytes that the cells refer to.
class Row {
 public:
  explicit Row(const Json& object) {
    bytes_.reserve(object.size());
    for (const Json& value : object) cells_.push_back(cell_of(value));
  }
  [[nodiscard]] SqlRow cells() const { return cells_; }

 private:
  SqlCell cell_of(const Json& value) {
    switch (value.type()) {
      case Json::value_t::null: return {};
      case Json::value_t::boolean: return {.type = SqlType::integer, .integer = value.get<bool>() ? 1 : 0};
      case Json::value_t::number_integer:
      case Json::value_t::number_unsigned:
        return {.type = SqlType::integer, .integer = value.get<std::int64_t>()};
      case Json::value_t::number_float: return {.type = SqlType::real, .real = value.get<double>()};
      case Json::value_t::string:
        return {.type = SqlType::text, .bytes = value.get_ref<const std::string&>()};
      default: break;
    }
    std::string bytes;
    for (const Json& byte : value) {
      if (byte.is_number()) bytes += static_cast<char>(byte.get<std::uint64_t>());
    }
    return {.type = SqlType::blob, .bytes = bytes_.emplace_back(std::move(bytes))};
  }

  std::vector<std::string> bytes_;  ///< never more than was reserved, so the cells stay valid
  std::vector<SqlCell> cells_;
};

template <typename Number>
Number number_of(const Json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_number() ? found->get<Number>() : Number{};
}

SqlStatementStats stats_of(const Json& meta) {
  if (!meta.is_object()) return {};
  return {.duration_ms = number_of<double>(meta, "duration"),
          .changes = number_of<std::int64_t>(meta, "changes"),
          .last_row_id = number_of<std::int64_t>(meta, "last_row_id"),
          .rows_read = number_of<std::uint64_t>(meta, "rows_read"),
          .rows_written = number_of<std::uint64_t>(meta, "rows_written")};
}

}  // namespace

void deliver(const Json& answer, SqlResults& results) {
  if (!answer.is_array())
    throw Error(ErrorKind::unavailable, "Cloudflare's API answered a query without results");
  sql::ScriptStatement statement;
  for (const Json& result : answer) {
    ++statement.place.number;
    if (results.take_answer(write_json(result))) continue;
    const Json rows = result.is_object() ? result.value("results", Json::array()) : Json::array();
    std::vector<std::string> columns;
    if (!rows.empty() && rows.front().is_object()) {
      for (const auto& [name, value] : rows.front().items()) columns.push_back(name);
    }
    results.begin(statement, columns);
    for (const Json& row : rows) results.row(Row(row).cells());
    results.end(stats_of(result.is_object() ? result.value("meta", Json()) : Json()));
  }
}

SqlError refused_sql(std::string text) {
  const bool is_conflict = text.find("constraint failed") != std::string::npos;
  return SqlError({.kind = is_conflict ? ErrorKind::conflict : ErrorKind::invalid_input,
                   .text = std::move(text),
                   .place = {},
                   .sql = {}});
}

std::optional<SqlError> sql_error_of(const ApiError& error) {
  if (error.code() != code::d1_query_failed) return std::nullopt;
  std::string text = error.errors();
  constexpr std::string_view code = " (code 7500)";
  if (text.ends_with(code)) text.resize(text.size() - code.size());
  return refused_sql(std::move(text));
}

}  // namespace corral::cloudflare

#include "backends/cloudflare/d1_values.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/sql_text/literal.hpp"
#include "backends/sql_text/token.hpp"

namespace corral::cloudflare {

namespace {

/// Numbers parameters as SQLite does: ?N is N, a plain ? one more than the largest so far, and so is a name
/// at its first mention.
class Numbering {
 public:
  std::size_t number_of(std::string_view spelling) {
    std::size_t number = 0;
    const std::string_view digits = spelling.substr(1);
    if (spelling.front() == '?' && !digits.empty()) {
      std::from_chars(digits.data(), digits.data() + digits.size(), number);
      constexpr std::size_t largest = 32'766;
      number = std::clamp<std::size_t>(number, 1, largest);
      if (names_.size() < number) names_.resize(number);
      names_[number - 1] = spelling;
      return number;
    }
    if (spelling.front() != '?') {
      const auto known = std::find(names_.begin(), names_.end(), spelling);
      if (known != names_.end()) return static_cast<std::size_t>(known - names_.begin()) + 1;
      names_.emplace_back(spelling);
    } else {
      names_.emplace_back();
    }
    return names_.size();
  }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
};

/// The statement with each parameter replaced by what `write` makes of its number.
std::string replace_parameters(std::string_view statement, Numbering& numbering,
                               const std::function<void(std::string&, std::size_t)>& write) {
  std::string text;
  while (!statement.empty()) {
    const sql::Token token = sql::first_token(statement, true);
    const std::string_view word = statement.substr(0, token.length);
    statement.remove_prefix(token.length);
    if (token.kind == sql::TokenKind::variable) {
      write(text, numbering.number_of(word));
    } else {
      text += word;
    }
  }
  return text;
}

void append_literal(std::string& text, const SqlValue& value) {
  switch (value.type) {
    case SqlType::null: text += "NULL"; break;
    case SqlType::integer: sql::append_integer(text, value.integer); break;
    case SqlType::real: sql::append_real(text, value.real); break;
    case SqlType::text: sql::append_text(text, value.bytes); break;
    case SqlType::blob: sql::append_blob(text, value.bytes); break;
  }
}

bool has_json_form(const SqlValue& value) {
  constexpr std::int64_t largest = std::int64_t{1} << 53U;
  switch (value.type) {
    case SqlType::null: return true;
    case SqlType::integer: return value.integer >= -largest && value.integer <= largest;
    case SqlType::real: return std::isfinite(value.real);
    case SqlType::text: return is_utf8(value.bytes);
    case SqlType::blob: return false;
  }
  return false;
}

nlohmann::ordered_json json_of(const SqlValue& value) {
  switch (value.type) {
    case SqlType::integer: return value.integer;
    case SqlType::real: return value.real;
    case SqlType::text: return value.bytes;
    case SqlType::null:
    case SqlType::blob: break;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> parameter_names(std::string_view statement) {
  Numbering numbering;
  replace_parameters(statement, numbering, [](std::string&, std::size_t) {});
  return numbering.names();
}

nlohmann::ordered_json with_values(std::string_view statement, const std::vector<SqlValue>& values) {
  Numbering numbering;
  nlohmann::ordered_json params = nlohmann::ordered_json::array();
  std::vector<std::size_t> places(values.size(), 0);
  std::string sql = replace_parameters(statement, numbering, [&](std::string& text, std::size_t number) {
    const SqlValue& value = values.at(number - 1);
    if (!has_json_form(value)) {
      append_literal(text, value);
      return;
    }
    std::size_t& place = places.at(number - 1);
    if (place == 0) {
      params.push_back(json_of(value));
      place = params.size();
    }
    text += fmt::format("?{}", place);
  });
  nlohmann::ordered_json query{{"sql", std::move(sql)}};
  if (!params.empty()) query["params"] = std::move(params);
  return query;
}

std::string with_literals(std::string_view statement, const std::vector<SqlValue>& values) {
  Numbering numbering;
  return replace_parameters(statement, numbering, [&](std::string& text, std::size_t number) {
    append_literal(text, values.at(number - 1));
  });
}

}  // namespace corral::cloudflare

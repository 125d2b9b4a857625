#include "commands/sql/line_results.hpp"

#include <fmt/format.h>

#include "backends/bytes/javascript_number.hpp"
#include "backends/bytes/text.hpp"
#include "backends/sql_text/literal.hpp"
#include "commands/command/output.hpp"
#include "commands/text/json_text.hpp"

namespace corral {

namespace {

/// Formats a number so that it reads back as the same number of the same type.
void append_number(std::string& line, const SqlCell& cell) {
  if (cell.type == SqlType::integer) {
    sql::append_integer(line, cell.integer);
  } else {
    sql::append_real(line, cell.real);
  }
}

void append_csv_text(std::string& line, std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    line += text;
    return;
  }
  line += '"';
  for (const char c : text) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

}  // namespace

void LineResults::print_line() {
  line_ += '\n';
  out_.data(line_);
  line_.clear();
}

void NdjsonResults::begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) {
  static_cast<void>(statement);
  members_ = row_members(columns);
  lead_.clear();
  for (const RowMember& member : members_) {
    lead_.push_back((lead_.empty() ? "{" : ",") + json_string(member.name) + ":");
  }
}

void NdjsonResults::row(SqlRow row) {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    line_ += lead_[i];
    const SqlCell& cell = row[members_[i].column];
    switch (cell.type) {
      case SqlType::null: line_ += "null"; break;
      case SqlType::integer: sql::append_integer(line_, cell.integer); break;
      case SqlType::real: line_ += javascript_number(cell.real); break;
      case SqlType::text: append_json_string(line_, cell.bytes); break;
      case SqlType::blob:
        line_ += '[';
        for (std::size_t byte = 0; byte < cell.bytes.size(); ++byte) {
          if (byte > 0) line_ += ',';
          sql::append_integer(line_, static_cast<unsigned char>(cell.bytes[byte]));
        }
        line_ += ']';
        break;
    }
  }
  line_ += '}';
  print_line();
}

void CsvResults::begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) {
  static_cast<void>(statement);
  if (columns.empty()) return;
  if (!first_) print_line();
  first_ = false;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) line_ += ',';
    append_csv_text(line_, columns[i]);
  }
  print_line();
}

void CsvResults::row(SqlRow row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) line_ += ',';
    switch (row[i].type) {
      case SqlType::null: break;
      case SqlType::integer:
      case SqlType::real: append_number(line_, row[i]); break;
      case SqlType::text:
        append_csv_text(line_, out_.data_is_terminal() ? shown(row[i].bytes) : std::string(row[i].bytes));
        break;
      case SqlType::blob: sql::append_blob(line_, row[i].bytes); break;
    }
  }
  print_line();
}

void RawResults::row(SqlRow row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) line_ += '\t';
    switch (row[i].type) {
      case SqlType::null: break;
      case SqlType::integer:
      case SqlType::real: append_number(line_, row[i]); break;
      case SqlType::text:
      case SqlType::blob:
        // Stored bytes must not control the terminal.
        line_ += out_.data_is_terminal() ? shown(row[i].bytes) : std::string(row[i].bytes);
        break;
    }
  }
  print_line();
}

}  // namespace corral

#include "commands/sql/table_results.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/sql_text/literal.hpp"
#include "commands/command/output.hpp"
#include "commands/text/field_list.hpp"

namespace corral {

namespace {

constexpr std::size_t rows_in_block = 500;
constexpr std::size_t shown_blob_bytes = 24;
constexpr std::size_t gap_and_narrowest = 10;

std::string shown_cell(const SqlCell& cell) {
  std::string text;
  switch (cell.type) {
    case SqlType::null: text = "NULL"; break;
    case SqlType::integer: sql::append_integer(text, cell.integer); break;
    case SqlType::real: sql::append_real(text, cell.real); break;
    case SqlType::text: text = cell.bytes; break;
    case SqlType::blob:
      sql::append_blob(text, cell.bytes.substr(0, shown_blob_bytes));
      if (cell.bytes.size() > shown_blob_bytes) text += fmt::format("… {} bytes", cell.bytes.size());
      break;
  }
  return text;
}

}  // namespace

void TableResults::begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) {
  static_cast<void>(statement);
  columns_.clear();
  for (const std::string& column : columns) columns_.push_back(shown(column));
  contents_.assign(columns.size(), Contents::nothing);
  table_.reset();
  rows_printed_ = 0;
  const auto width = static_cast<std::size_t>(std::max(out_.width(), 0));
  turned_ = width > 0 && columns.size() * gap_and_narrowest > width;
}

void TableResults::row(SqlRow row) {
  std::vector<std::string> cells;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool number = row[i].type == SqlType::integer || row[i].type == SqlType::real;
    if (row[i].type != SqlType::null && contents_[i] != Contents::other) {
      contents_[i] = number ? Contents::numbers : Contents::other;
    }
    cells.push_back(shown_cell(row[i]));
  }
  rows_.push_back(std::move(cells));
  if (rows_.size() == rows_in_block) print_block();
}

void TableResults::print_turned() {
  for (const std::vector<std::string>& row : rows_) {
    FieldList fields;
    for (std::size_t i = 0; i < row.size(); ++i) fields.add(columns_[i], row[i]);
    if (rows_printed_++ > 0) out_.data("\n");
    fields.print(out_);
  }
}

void TableResults::print_block() {
  if (turned_) {
    print_turned();
  } else {
    if (!table_) {
      std::vector<Table::Column> headings;
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        const bool numbers = contents_[i] == Contents::numbers;
        headings.push_back({columns_[i], numbers ? Table::Align::right : Table::Align::left});
      }
      table_.emplace(std::move(headings));
    }
    rows_printed_ += rows_.size();
    for (std::vector<std::string>& row : rows_) table_->add(std::move(row));
    table_->print_part(out_);
  }
  rows_.clear();
}

void TableResults::end(const SqlStatementStats& stats) {
  ++statements_;
  changes_ += stats.changes;
  if (columns_.empty()) return;
  if (!first_) out_.data("\n");
  first_ = false;
  if (!rows_.empty() || !table_) print_block();
  out_.note(fmt::format("{} row{}", rows_printed_, rows_printed_ == 1 ? "" : "s"));
}

void TableResults::finish() {
  if (first_ || changes_ > 0) {
    out_.note(fmt::format("{} statement{} done, {} row{} changed", statements_, statements_ == 1 ? "" : "s",
                          changes_, changes_ == 1 ? "" : "s"));
  }
}

}  // namespace corral

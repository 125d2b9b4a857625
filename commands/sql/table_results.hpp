#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/sql/result_printer.hpp"
#include "commands/text/table.hpp"

namespace corral {

/// Tables for a person, one for each statement that gives rows. The first rows set the widths of the columns;
/// rows that follow are printed in blocks of the same widths, so that memory stays the same however many
/// come. A table that does not fit the terminal is turned: one column a line.
class TableResults final : public ResultPrinter {
 public:
  explicit TableResults(Output& out) : out_(out) {}

  void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) override;
  void row(SqlRow row) override;
  void end(const SqlStatementStats& stats) override;
  void finish() override;

 private:
  void print_block();
  void print_turned();

  Output& out_;
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> rows_;  ///< not printed yet
  enum class Contents : unsigned char { nothing, numbers, other };
  std::vector<Contents> contents_;  ///< of each column, NULL aside, in the first block
  std::optional<Table> table_;
  bool turned_ = false;
  bool first_ = true;
  std::uint64_t rows_printed_ = 0;
  std::uint64_t statements_ = 0;
  std::int64_t changes_ = 0;
};

}  // namespace corral

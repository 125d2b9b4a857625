#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/sql/result_printer.hpp"
#include "commands/text/table.hpp"

namespace corral {

/// Tables for a person, one for each statement that returns rows. The first rows determine the column widths;
/// later rows are printed in blocks of those widths, so that memory stays constant. A table too wide for the
/// terminal is printed vertically: one column per line.
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
  std::vector<Contents> contents_;  ///< what each column holds in the first block, apart from NULL
  std::optional<Table> table_;
  bool turned_ = false;
  bool first_ = true;
  std::uint64_t rows_printed_ = 0;
  std::uint64_t statements_ = 0;
  std::int64_t changes_ = 0;
};

}  // namespace corral

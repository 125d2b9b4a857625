#pragma once

#include <string>
#include <vector>

#include "backends/files/spool.hpp"
#include "commands/sql/result_printer.hpp"

namespace corral {

/// A row's members in the order of a JavaScript object: a repeated column name keeps its first position and
/// last value, and names that are array indexes ("0", "12") come first, in ascending order.
struct RowMember {
  std::string name;
  std::size_t column = 0;
};
std::vector<RowMember> row_members(const std::vector<std::string>& columns);

/// How the bytes of a blob are printed in JSON: as the text "[1, 2]", as wrangler does, or as the array
/// [1,2], as D1's API does.
enum class BlobForm { text, array };

/// Appends a value as JSON, integers as JavaScript's doubles.
void append_json_value(std::string& text, const SqlCell& cell, BlobForm form);

/// wrangler's JSON (docs/reference/d1.md, "`d1 execute`"): an array with one object per statement, printed
/// when the batch has finished. Answers of a service are printed as they are.
class JsonResults final : public ResultPrinter {
 public:
  JsonResults(Output& out, bool meta) : out_(out), meta_(meta) {}

  void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) override;
  void row(SqlRow row) override;
  void end(const SqlStatementStats& stats) override;
  bool take_answer(const std::string& json) override;
  void finish() override;

 private:
  Output& out_;
  bool meta_;
  HeldBytes held_;
  std::string text_;  ///< of one row or frame
  std::vector<std::string> columns_;
  std::vector<std::string> lead_;   ///< the text before each value of a row
  std::vector<std::size_t> order_;  ///< the columns of a row in output order
  bool first_statement_ = true;
  bool first_row_ = true;
};

}  // namespace corral

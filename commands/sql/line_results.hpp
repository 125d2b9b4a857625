#pragma once

#include <string>
#include <vector>

#include "commands/sql/json_results.hpp"
#include "commands/sql/result_printer.hpp"

namespace corral {

/// What the formats share that print each row at once and nothing for statements without rows.
class LineResults : public ResultPrinter {
 public:
  explicit LineResults(Output& out) : out_(out) {}
  void end(const SqlStatementStats& stats) override { static_cast<void>(stats); }
  void finish() override {}

 protected:
  void print_line();

  Output& out_;
  std::string line_;
};

/// One JSON object a line. Integers keep all their digits, and bytes are arrays of numbers, as a Worker's D1
/// binding gives them; otherwise values are as in JsonResults.
class NdjsonResults final : public LineResults {
 public:
  using LineResults::LineResults;
  void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) override;
  void row(SqlRow row) override;

 private:
  std::vector<RowMember> members_;
  std::vector<std::string> lead_;
};

/// Comma-separated values (RFC 4180, with "\n"), a line of names first; an empty line between two results.
/// NULL is nothing, an empty text "", bytes X'0aff'.
class CsvResults final : public LineResults {
 public:
  using LineResults::LineResults;
  void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) override;
  void row(SqlRow row) override;

 private:
  bool first_ = true;
};

/// The bytes of the values as they are, with a tab between columns and a line break behind each row; NULL is
/// nothing.
class RawResults final : public LineResults {
 public:
  using LineResults::LineResults;
  void begin(const sql::ScriptStatement&, const std::vector<std::string>&) override {}
  void row(SqlRow row) override;
};

}  // namespace corral

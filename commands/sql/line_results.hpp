#pragma once

#include <string>
#include <vector>

#include "commands/sql/json_results.hpp"
#include "commands/sql/result_printer.hpp"

namespace corral {

/// Base of the formats that print each row immediately and nothing for statements without rows.
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

/// One JSON object per line. Integers keep all their digits and bytes are arrays of numbers, as in a Worker's
/// D1 binding; otherwise values are as in JsonResults.
class NdjsonResults final : public LineResults {
 public:
  using LineResults::LineResults;
  void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) override;
  void row(SqlRow row) override;

 private:
  std::vector<RowMember> members_;
  std::vector<std::string> lead_;
};

/// Comma-separated values (RFC 4180, with "\n") after a header line, with an empty line between results. NULL
/// is an empty field, an empty string "", bytes X'0aff'.
class CsvResults final : public LineResults {
 public:
  using LineResults::LineResults;
  void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) override;
  void row(SqlRow row) override;

 private:
  bool first_ = true;
};

/// The raw bytes of the values, with a tab between columns and a newline after each row; NULL is empty.
class RawResults final : public LineResults {
 public:
  using LineResults::LineResults;
  void begin(const sql::ScriptStatement&, const std::vector<std::string>&) override {}
  void row(SqlRow row) override;
};

}  // namespace corral

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backends/files/spool.hpp"
#include "backends/sql_database.hpp"

namespace corral::serve::rest {

/// How the API gives rows: objects (`query`), or arrays with their columns (`raw`).
enum class RowForm { objects, arrays };

/// The results of a batch as the API gives them: an array with {"results", "success", "meta"} per statement.
/// Held until the batch is done: in memory while small, then in a temporary file.
class ApiResults final : public SqlResults {
 public:
  explicit ApiResults(RowForm form) : form_(form) {}

  void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) override;
  void row(SqlRow row) override;
  void end(const SqlStatementStats& stats) override;

  /// The array, once the batch has run. `size_after`: bytes of the database then.
  std::unique_ptr<ByteSource> take(std::uint64_t size_after);

  struct Totals {
    std::uint64_t statements = 0;
    double duration_ms = 0;
    std::int64_t changes = 0;
    std::int64_t last_row_id = 0;
    std::uint64_t rows_read = 0;
    std::uint64_t rows_written = 0;
  };
  [[nodiscard]] const Totals& totals() const noexcept { return totals_; }

 private:
  struct Part {
    std::uint64_t end;  ///< of the statement's results in `held_`
    SqlStatementStats stats;
  };
  RowForm form_;
  HeldBytes held_;
  std::vector<Part> parts_;
  std::string text_;
  std::vector<std::string> columns_;
  std::vector<std::string> lead_;   ///< of objects: the text before each value
  std::vector<std::size_t> order_;  ///< the columns of a row in the order of output
  bool first_row_ = true;
  Totals totals_;
};

/// Forgets the results of a batch, of which only the totals are of interest.
class CountedResults final : public SqlResults {
 public:
  void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) override;
  void row(SqlRow /*row*/) override {}
  void end(const SqlStatementStats& stats) override;
  [[nodiscard]] const ApiResults::Totals& totals() const noexcept { return totals_; }

 private:
  ApiResults::Totals totals_;
};

/// The "meta" of a result.
std::string meta_text(const ApiResults::Totals& totals, std::uint64_t size_after);

}  // namespace corral::serve::rest

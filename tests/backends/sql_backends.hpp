#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "backends/sql_database.hpp"
#include "backends/sql_error.hpp"
#include "tests/temporary_folder.hpp"

namespace corral::testing {

/// An implementation of SqlBackend under test.
struct SqlImplementation {
  std::string name;
  std::unique_ptr<SqlBackend> (*open)(const std::filesystem::path& state_root);
};

/// Every implementation; a new one is added here and nowhere else.
const std::vector<SqlImplementation>& sql_implementations();

/// The rows of a batch as text: "1|x|NULL", one a row, statements one after the other.
class CollectedResults final : public SqlResults {
 public:
  void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) override;
  void row(SqlRow row) override;
  void end(const SqlStatementStats& stats) override { stats_.push_back(stats); }

  [[nodiscard]] const std::vector<std::string>& rows() const { return rows_; }
  [[nodiscard]] const std::vector<std::vector<std::string>>& columns() const { return columns_; }
  [[nodiscard]] const std::vector<SqlStatementStats>& stats() const { return stats_; }

 private:
  std::vector<std::string> rows_;
  std::vector<std::vector<std::string>> columns_;
  std::vector<SqlStatementStats> stats_;
};

/// A database of an implementation in a state folder of its own, with short forms for tests.
class SqlFixture {
 public:
  explicit SqlFixture(const SqlImplementation& implementation)
      : backend(implementation.open(folder.path())), database(backend->open("db", {.create = true})) {}

  using Transaction = SqlBatch::Transaction;

  CollectedResults run(SqlDatabase& on, std::string_view sql, Transaction transaction = Transaction::write,
                       bool roll_back = false) const;
  CollectedResults run(std::string_view sql, Transaction transaction = Transaction::write) const {
    return run(*database, sql, transaction);
  }
  [[nodiscard]] std::vector<std::string> rows(std::string_view sql) const { return run(sql).rows(); }

  /// The details of the SqlError that a script ends with; number 0 and empty if it does not fail.
  [[nodiscard]] SqlError::Details failure(std::string_view sql) const;

  /// What a dump holds.
  [[nodiscard]] std::string dump(SqlDatabase& of, const SqlDumpOptions& options = {}) const;

  TemporaryFolder folder;
  std::unique_ptr<SqlBackend> backend;
  std::unique_ptr<SqlDatabase> database;
};

}  // namespace corral::testing

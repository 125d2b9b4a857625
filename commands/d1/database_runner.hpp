#pragma once

#include <memory>

#include "commands/d1/target.hpp"

namespace corral::d1 {

/// Runs batches on one database, which it opens when it first needs to, and keeps the insights.
class DatabaseRunner {
 public:
  DatabaseRunner(Context& context, const StateOptions& state, Database database, bool unrestricted);

  /// See SqlDatabase::run. `only_reads`: a file that does not exist is not made, but reads as empty.
  /// `record`: keep what it cost for the insights.
  void run(const SqlBatch& batch, SqlResults& results, bool only_reads, bool record = true);

  [[nodiscard]] const Database& database() const { return database_; }

 private:
  Context& context_;
  Stores& stores_;
  Database database_;
  bool unrestricted_;
  bool is_file_ = false;
  std::unique_ptr<SqlDatabase> opened_;
};

}  // namespace corral::d1

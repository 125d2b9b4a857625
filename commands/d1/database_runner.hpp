#pragma once

#include <memory>

#include "commands/d1/target.hpp"

namespace corral::d1 {

/// Runs batches on one database, opened on first use, and records insights.
class DatabaseRunner {
 public:
  DatabaseRunner(Context& context, const StateOptions& state, Database database, bool unrestricted);

  /// See SqlDatabase::run. `only_reads`: a missing file reads as empty and is not created. `record`: record
  /// the batch's cost in the insights.
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

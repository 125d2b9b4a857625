#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backends/files/spool.hpp"
#include "commands/d1/migrations/project.hpp"
#include "commands/state/transfer/d1_comparison.hpp"
#include "commands/state/transfer/transfer.hpp"

namespace corral::state {

/// One push of a D1 database: all of it into one that is empty, as one import, all or nothing; else its
/// pending migrations, each whole or not at all, and then as one import the rows that differ of the tables
/// that --data names. What else differs stays, with a warning.
class D1Push {
 public:
  D1Push(Context& context, const TransferOptions& options, const TransferResource& resource);

  /// Visits what a push would do, and keeps it.
  TransferCounts plan(const ResourceTransfer::Visit& visit);

  /// Does what `plan` visited.
  TransferCounts run();

 private:
  void plan_migrations(const ResourceTransfer::Visit& visit);
  void plan_rows(const ResourceTransfer::Visit& visit);
  void write_row(const sql_copy::TableLayout& table, sql_copy::RowMatch match,
                 const sql_copy::RowDifference& row);
  void warn_of_the_rest();
  void push_everything();
  void apply_migrations();
  void push_rows();
  void import(RereadableInput script);

  Context& context_;
  const TransferOptions& options_;
  const TransferResource& resource_;
  D1Comparison comparison_;
  bool is_whole_ = false;
  std::optional<d1::DatabaseOptions> target_;
  std::vector<migrations::MigrationFile> pending_;
  HeldBytes deletions_;  ///< SQL; before the others, so that keys are free again
  HeldBytes upserts_;
  std::uint64_t rows_ = 0;
  TransferCounts counts_;
};

}  // namespace corral::state

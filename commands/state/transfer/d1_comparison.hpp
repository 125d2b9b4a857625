#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backends/sql_copy/row_comparison.hpp"
#include "commands/state/transfer/transfer.hpp"

namespace corral::state {

/// Compares the local state's copy of a D1 database with the account's.
class D1Comparison {
 public:
  /// Receives each row that differs before it is visited.
  using EachRow =
      std::function<void(const sql_copy::TableLayout&, sql_copy::RowMatch, const sql_copy::RowDifference&)>;

  D1Comparison(Context& context, const TransferOptions& options, const TransferResource& resource);

  /// Tables, indexes, views and triggers.
  void compare_schemas(const ResourceTransfer::Visit& visit);

  /// Rows of the tables that both have with the same columns and key; of these only, if any are named. Throws
  /// not_found for a name that is not among them.
  void compare_rows(const std::vector<std::string>& only, const ResourceTransfer::Visit& visit,
                    const EachRow& each = {});

  [[nodiscard]] const TransferCounts& counts() const { return counts_; }
  [[nodiscard]] SqlDatabase& local() { return *local_; }
  [[nodiscard]] SqlDatabase& account() { return *account_; }
  [[nodiscard]] bool is_account_empty() const { return account_schema_.empty(); }

 private:
  [[nodiscard]] std::vector<sql_copy::TableLayout> comparable_tables();
  void tell(const ResourceTransfer::Visit& visit, StateDifference difference);

  Context& context_;
  const TransferOptions& options_;
  const TransferResource& resource_;
  std::unique_ptr<SqlDatabase> local_;
  std::unique_ptr<SqlDatabase> account_;
  std::vector<SqlSchemaItem> local_schema_;
  std::vector<SqlSchemaItem> account_schema_;
  TransferCounts counts_;
};

}  // namespace corral::state

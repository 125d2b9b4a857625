#pragma once

#include <memory>
#include <optional>
#include <string>

#include "backends/registered/pulled_databases.hpp"
#include "backends/sql_copy/database_copy.hpp"
#include "commands/state/transfer/transfer.hpp"

namespace corral::state {

/// One pull of a D1 database. The copy is built beside the local database, in a temporary one of which only
/// encrypted pages reach the disk; it is transformed and purged there, and then takes the local one's place
/// in one transaction. An interrupted pull keeps nothing; the next one starts over.
class D1Pull {
 public:
  D1Pull(Context& context, const TransferOptions& options, const TransferResource& resource);

  /// Counts without reading a row.
  TransferCounts plan();

  PullReport run();

 private:
  [[nodiscard]] std::optional<std::string> bookmark();
  [[nodiscard]] std::optional<PulledDatabase> earlier(const std::optional<std::string>& bookmark);
  void read_account();
  bool copy_once(bool is_last);
  void transform();
  std::string take_undo();
  void put_in_place(PullReport& report);
  TransferCounts counts_of_tables(SqlDatabase& incoming);

  Context& context_;
  const TransferOptions& options_;
  const TransferResource& resource_;
  Stores& local_;
  std::string table_;  ///< the migrations table
  sql_copy::CopyOptions wanted_;
  std::string request_;
  PulledDatabases notes_;
  std::unique_ptr<SqlDatabase> account_;
  std::unique_ptr<SqlDatabase> copy_;
  std::optional<std::string> copied_bookmark_;  ///< of what was copied, if nothing has changed meanwhile
  sql_copy::CopyResult copied_;
};

}  // namespace corral::state

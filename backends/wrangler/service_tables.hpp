#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/sqlite/connection.hpp"
#include "backends/state_snapshots.hpp"
#include "backends/wrangler/blob_marks.hpp"

namespace corral::wrangler {

/// A table that wrangler stores a service's data in, and the query that returns its rows ordered by key, the
/// first column (docs/reference/state-layout.md).
struct ServiceTable {
  const char* table;
  const char* what;
  const char* sql;
  std::vector<const char*> fields;  ///< of the columns after the key
  std::size_t item_column = 0;
};

/// The tables of a service's database, or of `metadata.sqlite` with `alarms`. None for D1 and for Durable
/// Object storage, whose tables are the user's.
const std::vector<ServiceTable>& service_tables(StateService service, bool alarms);

/// Whether all existing tables of a KV or R2 database are empty.
bool is_empty(const sqlite::Connection& connection);

/// A blob referenced by a KV or R2 row.
struct NamedValue {
  std::string_view id;
  std::optional<std::uint64_t> bytes;  ///< if the row records it
  std::string_view key;                ///< the key or object that it belongs to
};

/// Reads all blobs referenced by the rows of a KV or R2 database, in the connection's current snapshot, in
/// constant memory.
class NamedValues {
 public:
  enum class Order { any, by_id };

  /// The connection must outlive it.
  explicit NamedValues(const sqlite::Connection& connection, Order order = Order::any);

  /// The next blob, valid until the next call; nullptr after the last.
  const NamedValue* next();

 private:
  std::optional<sqlite::Statement> rows_;
  NamedValue value_;
};

/// The blobs referenced by the rows of a KV or R2 database; empty for nullptr, a database that does not
/// exist.
BlobMarks marks_of(const sqlite::Connection* connection);

}  // namespace corral::wrangler

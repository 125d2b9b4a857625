#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/sqlite/connection.hpp"
#include "backends/state_snapshots.hpp"

namespace corral::wrangler {

/// A table that wrangler keeps a service's data in, and the query that gives its rows by their key, which is
/// the first column (docs/reference/state-layout.md).
struct ServiceTable {
  const char* table;
  const char* what;
  const char* sql;
  std::vector<const char*> fields;  ///< of the columns after the key
  std::size_t item_column = 0;
};

/// The tables of a database of the service; of `metadata.sqlite` with `alarms`. None for D1 and for the
/// storage of Durable Objects, whose tables are the user's.
const std::vector<ServiceTable>& service_tables(StateService service, bool alarms);

/// Whether the tables of a database of KV or R2 have no rows, as far as they exist.
bool is_empty(const sqlite::Connection& connection);

/// A value that a row of KV or R2 names.
struct NamedValue {
  std::string id;
  std::optional<std::uint64_t> bytes;  ///< where the row says it
  std::string key;                     ///< the key or object that it belongs to
};

/// All values that the rows of a database of KV or R2 name, in the state that the connection reads.
std::vector<NamedValue> named_values(const sqlite::Connection& connection);

}  // namespace corral::wrangler

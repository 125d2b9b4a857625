#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backends/kv_store.hpp"

namespace corral {

/// What one query, its values aside, has cost.
struct QueryInsight {
  std::string query;  ///< with ? for every value
  std::uint64_t runs = 0;
  double total_ms = 0;
  std::uint64_t rows_returned = 0;
  std::uint64_t rows_read = 0;
  std::uint64_t rows_written = 0;
};

/// What was run on this machine, by database: for `d1 insights`. Statistics, not data: a record is written
/// without waiting for the disk, and one that cannot be written is dropped without a word. Kept 31 days.
class InsightLog {
 public:
  virtual ~InsightLog() = default;

  /// Throws denied if a symbolic link is in the place of the records. To be asked before anything runs: `record`
  /// would drop what it is given.
  virtual void refuse_links() const = 0;

  virtual void record(std::string_view database_id, UnixMillis now,
                      std::span<const QueryInsight> queries) noexcept = 0;

  /// The queries of a database since `from` (to the hour), in no particular order.
  virtual std::vector<QueryInsight> since(std::string_view database_id, UnixMillis from) = 0;

  /// Drops what is known of a database.
  virtual void forget(std::string_view database_id) noexcept = 0;
};

}  // namespace corral

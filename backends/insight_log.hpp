#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"

namespace corral {

/// Accumulated cost of one query, ignoring its literal values.
struct QueryInsight {
  std::string query;  ///< with ? for every value
  std::uint64_t runs = 0;
  double total_ms = 0;
  std::uint64_t rows_returned = 0;
  std::uint64_t rows_read = 0;
  std::uint64_t rows_written = 0;
};

/// Queries run on this machine, per database, for `d1 insights`. Best effort: records are not flushed to
/// disk, and a record that cannot be written is silently dropped. Kept for 31 days.
class InsightLog {
 public:
  virtual ~InsightLog() = default;

  /// Throws denied if a symbolic link stands where the log belongs. Call it before running queries: `record`
  /// would silently drop its input.
  virtual void refuse_links() const = 0;

  virtual void record(std::string_view database_id, UnixMillis now,
                      std::span<const QueryInsight> queries) noexcept = 0;

  /// The queries of a database since `from` (to the hour), in no particular order.
  virtual std::vector<QueryInsight> since(std::string_view database_id, UnixMillis from) = 0;

  /// Drops the records of a database.
  virtual void forget(std::string_view database_id) noexcept = 0;
};

}  // namespace corral

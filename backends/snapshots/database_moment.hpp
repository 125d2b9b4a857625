#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "backends/sqlite/connection.hpp"

namespace corral::snapshots {

/// A live database, read as of the last `begin`. Does not block writers.
///
/// Commits by other processes are detected through the WAL index that all processes share
/// (sqlite.org/walformat.html, "The WAL-Index File Format"): its header changes with every commit. It is read
/// through SQLite's own mapping, because closing a second descriptor of the file would drop SQLite's POSIX
/// locks.
class DatabaseMoment {
 public:
  /// Throws corrupt if the file is not a database.
  explicit DatabaseMoment(const std::filesystem::path& file);
  ~DatabaseMoment();
  DatabaseMoment(const DatabaseMoment&) = delete;
  DatabaseMoment& operator=(const DatabaseMoment&) = delete;

  /// Begins a read transaction on the present state, ending the previous one.
  void begin();

  /// Ends the read transaction; the connection can then be used for anything.
  void end();

  /// The WAL index's commit counter at that moment; comparable during the lifetime of this object. 0 if there
  /// is no log.
  [[nodiscard]] std::uint32_t commits() const;

  /// Whether there have been no commits since `begin`.
  [[nodiscard]] bool current() const;

  /// Identifies the content: equal to an earlier signature only if the content is the same. Empty if unknown
  /// (a database that is not in WAL mode).
  [[nodiscard]] std::string signature() const;

  [[nodiscard]] const sqlite::Connection& connection() const { return connection_; }

  /// Calls `write` with the pages of this moment, in order.
  void read_pages(const std::function<void(std::string_view)>& write) const;

 private:
  using LogHeader = std::array<char, 48>;
  [[nodiscard]] std::optional<LogHeader> log_header() const;

  sqlite::Connection connection_;
  bool open_ = false;
  bool in_wal_mode_ = false;
  std::optional<LogHeader> header_;
};

}  // namespace corral::snapshots

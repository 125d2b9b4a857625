#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "backends/sqlite/connection.hpp"

namespace corral::snapshots {

/// A live database, read as it was at the moment of the last `begin`. Locks nobody out.
///
/// Whether anybody has committed since is read off the index of the write-ahead log that all processes share
/// (sqlite.org/walformat.html, "The WAL-Index File Format"): its header changes with every commit. Reading it
/// goes through SQLite's own mapping: opening the file a second time would drop SQLite's locks on closing.
class DatabaseMoment {
 public:
  /// Throws corrupt if it is not a database.
  explicit DatabaseMoment(const std::filesystem::path& file);
  ~DatabaseMoment();
  DatabaseMoment(const DatabaseMoment&) = delete;
  DatabaseMoment& operator=(const DatabaseMoment&) = delete;

  /// Takes (or takes again) the present moment.
  void begin();

  /// Lets go of the moment; the connection can be used for anything then.
  void end();

  /// How many commits the log's index had counted at the moment; comparable as long as this object lives. 0
  /// if there is no log.
  [[nodiscard]] std::uint32_t commits() const;

  /// Whether nobody has committed since `begin`.
  [[nodiscard]] bool current() const;

  /// What the content is known by: equal to that of another time only if the content is the same. Empty if
  /// that cannot be told (a database that is not in WAL mode).
  [[nodiscard]] std::string signature() const;

  [[nodiscard]] const sqlite::Connection& connection() const { return connection_; }

  /// Calls `write` with all pages of the moment, one after the other.
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

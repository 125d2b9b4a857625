#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/registry.hpp"

namespace corral {

/// A D1 database without its contents.
struct D1Database {
  std::string id;
  std::string name;
  std::optional<Resource> registered = {};  ///< a state folder's: its registry entry, if it has one
  std::string description = {};             ///< an account's: all that the API says, a JSON object
};

/// A database to create.
struct NewD1Database {
  std::string name;
  std::optional<std::string> location = {};
  std::optional<std::string> jurisdiction = {};
};

/// What a config says of a database, and what the command line adds.
struct D1Binding {
  std::string binding;
  std::optional<std::string> name = {};
  std::optional<std::string> id = {};
  std::optional<std::string> preview_id = {};
  std::optional<std::string> worker = {};    ///< the config's name
  std::optional<std::string> asked_id = {};  ///< the id by which the command line found the entry
  bool preview = false;                      ///< --preview
};

/// Which queries to report, and in what order.
struct D1InsightsRequest {
  enum class Figure { time, reads, writes, count };
  std::optional<std::string> id = {};  ///< nullopt: of all databases
  UnixMillis from = 0;
  UnixMillis to = 0;
  std::size_t limit = 0;
  Figure by = Figure::time;
  bool average = false;  ///< by the mean of a run, not the sum of all
  bool ascending = false;
};

/// The cost of all runs of one query.
struct D1QueryCost {
  struct Figure {
    double total = 0;
    double average = 0;
  };
  std::string query;
  double runs = 0;
  Figure ms = {};
  Figure rows_read = {};
  Figure rows_written = {};
  double efficiency = 0;         ///< rows returned per row read: 1 if an index fits exactly
  std::string database_id = {};  ///< where queries of all databases were asked for
};

/// How much is in a database.
struct D1Totals {
  std::uint64_t tables = 0;
  std::uint64_t rows = 0;
};

/// The past of databases where their service keeps it by itself.
class D1History {
 public:
  virtual ~D1History() = default;

  /// Throws denied for a database whose past is not kept (those of D1's alpha).
  virtual void check_kept(std::string_view id) = 0;

  /// The bookmark of a database at a moment, or now. Throws usage for a moment before the last 30 days.
  virtual std::string bookmark(std::string_view id, std::optional<UnixMillis> moment) = 0;

  /// Makes a database what it was; returns what the service answers, a JSON object with `bookmark`,
  /// `previous_bookmark` and `message`.
  virtual std::string restore(std::string_view id, std::string_view bookmark) = 0;
};

/// The D1 databases of one place: a state folder, or an account. Errors: not_found for an id that does not
/// exist, conflict for a name that is taken, and those of the storage.
class D1Databases {
 public:
  virtual ~D1Databases() = default;

  /// All databases that the place itself knows, without those that only a config names.
  virtual std::vector<D1Database> list() = 0;

  /// The database with this name or id.
  virtual std::optional<D1Database> find(std::string_view name_or_id) = 0;

  /// The id of the database that an entry of a config stands for (docs/reference/config.md). Throws usage for
  /// --preview without a preview_database_id, not_found.
  virtual std::string id_of_binding(const D1Binding& binding) = 0;

  virtual D1Database create(const NewD1Database& wanted) = 0;

  /// Removes a database with all its contents. False if an entry of a config is all that there was of it.
  virtual bool remove(std::string_view id) = 0;

  /// Counts a database's contents; nullopt where that takes queries that are paid for.
  virtual std::optional<D1Totals> totals(std::string_view id) = 0;

  /// All that the place says of a database, with its use in the last 24 hours: a JSON object. Empty: nothing
  /// but what the database itself knows.
  virtual std::string description(std::string_view id, UnixMillis now) = 0;

  /// The queries that cost most. Throws unavailable if no record of them is kept.
  virtual std::vector<D1QueryCost> insights(const D1InsightsRequest& request) = 0;

  /// The past that the place keeps by itself; nullptr: it keeps bookmarks (bookmark_store.hpp) that are
  /// taken on purpose.
  virtual D1History* history() = 0;

  /// The file to lock while migrations change a database; nullopt where the second process is refused by
  /// the migrations table.
  virtual std::optional<std::filesystem::path> migrations_lock(std::string_view id) = 0;

  /// Whether a database comes into being when something is written to it, so that a config may name ones
  /// that `list` does not know, and migrations may find one that no config names.
  [[nodiscard]] virtual bool made_by_first_write() const = 0;

  /// Whose they are, for questions: " of account 0123abcd"; empty for a state folder.
  virtual std::string owner() = 0;
};

}  // namespace corral

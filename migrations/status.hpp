#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/migration_records.hpp"
#include "migrations/discovery.hpp"
#include "migrations/history.hpp"
#include "migrations/migration_number.hpp"

namespace corral::migrations {

enum class MigrationState {
  applied,
  pending,
  changed,       ///< applied, but the file has changed since
  missing,       ///< applied, but the file does not exist
  out_of_order,  ///< not applied, although a later one is
};

/// The display name of a state: "applied", "out of order", ...
std::string_view name_of(MigrationState state) noexcept;

struct MigrationEntry {
  std::string name;
  std::optional<MigrationNumber> number;
  MigrationState state{};
  std::optional<std::string> applied_at = {};      ///< UTC, "2026-11-25 04:02:09"
  std::optional<std::filesystem::path> path = {};  ///< nullopt: the file does not exist
  std::optional<std::string> sha256 = {};          ///< of the file as corral applied it; nullopt: unknown
  std::vector<std::string> same_number = {};       ///< other files with this number, if it is not a date
  [[nodiscard]] bool is_applied() const noexcept { return applied_at.has_value(); }
};

/// All migrations of a database, from its folder and its table, in order.
struct MigrationStatus {
  std::vector<MigrationEntry> entries;

  [[nodiscard]] std::size_t count(MigrationState state) const;
  /// The last applied one in that order; nullptr if none is.
  [[nodiscard]] const MigrationEntry* last_applied() const;
  /// The entry with this name or, if unambiguous, this number. Throws not_found; invalid_input if several
  /// have the number.
  [[nodiscard]] const MigrationEntry& find(std::string_view name_or_number) const;
};

/// Combines files (in order, as find_migrations returns them), table and records. Reads a file only if it has
/// a record and its stat() has changed since.
MigrationStatus make_status(const std::vector<MigrationFile>& files,
                            const std::vector<AppliedMigration>& applied,
                            const std::map<std::string, MigrationRecord>& records);

/// Selects what to apply.
struct PlanOptions {
  std::optional<std::string> to = {};       ///< stop after this number or name (inclusive)
  std::optional<std::uint64_t> steps = {};  ///< at most this many
  bool allow_out_of_order = false;
};

/// The files to apply, in order. Throws conflict if some are out of order and that is not allowed, not_found
/// if `to` matches nothing.
std::vector<MigrationFile> plan(const MigrationStatus& status, const PlanOptions& options);

/// Whether an entry is at or before a number or name in migration order.
class UpTo {
 public:
  /// Throws not_found if no entry has this number or name.
  UpTo(const MigrationStatus& status, const std::string& number_or_name);
  [[nodiscard]] bool includes(const MigrationEntry& entry) const;

 private:
  std::string last_;
};

}  // namespace corral::migrations

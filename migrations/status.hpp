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
  changed,       ///< applied, but the file is not what it was then
  missing,       ///< applied, but there is no such file
  out_of_order,  ///< not applied, though one that comes behind it is
};

/// How a state is written: "applied", "out of order", ...
std::string_view name_of(MigrationState state) noexcept;

struct MigrationEntry {
  std::string name;
  std::optional<MigrationNumber> number;
  MigrationState state{};
  std::optional<std::string> applied_at = {};      ///< UTC, "2026-11-25 04:02:09"
  std::optional<std::filesystem::path> path = {};  ///< nullopt: there is no file
  std::optional<std::string> sha256 = {};          ///< of the file as corral applied it; nullopt: not known
  std::vector<std::string> same_number = {};       ///< other files with this number, if it is not a date
  [[nodiscard]] bool is_applied() const noexcept { return applied_at.has_value(); }
};

/// All migrations of a database, those on disk and those in its table, in order.
struct MigrationStatus {
  std::vector<MigrationEntry> entries;

  [[nodiscard]] std::size_t count(MigrationState state) const;
  /// The last one in order that is applied; nullptr: none is.
  [[nodiscard]] const MigrationEntry* last_applied() const;
  /// The entry of this name or, if there is just one, this number. Throws not_found, invalid_input if several
  /// have the number.
  [[nodiscard]] const MigrationEntry& find(std::string_view name_or_number) const;
};

/// Compares files (in order, as find_migrations returns them), table and records. A file is read only if a
/// record tells what it was and the file looks different since.
MigrationStatus make_status(const std::vector<MigrationFile>& files,
                            const std::vector<AppliedMigration>& applied,
                            const std::map<std::string, MigrationRecord>& records);

/// What is to be applied.
struct PlanOptions {
  std::optional<std::string> to = {};       ///< up to this number or name, it included
  std::optional<std::uint64_t> steps = {};  ///< at most so many
  bool allow_out_of_order = false;
};

/// The files to apply, in order. Throws conflict if some are out of order and that is not allowed, not_found
/// for a `to` that nothing has.
std::vector<MigrationFile> plan(const MigrationStatus& status, const PlanOptions& options);

/// Whether an entry lies at or before a number or name, in the order of migrations.
class UpTo {
 public:
  /// Throws not_found if no entry has this number or name.
  UpTo(const MigrationStatus& status, const std::string& number_or_name);
  [[nodiscard]] bool includes(const MigrationEntry& entry) const;

 private:
  std::string last_;
};

}  // namespace corral::migrations

#include "migrations/status.hpp"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/file_stamp.hpp"
#include "migrations/script_file.hpp"

namespace corral::migrations {

std::string_view name_of(MigrationState state) noexcept {
  switch (state) {
    case MigrationState::applied: return "applied";
    case MigrationState::pending: return "pending";
    case MigrationState::changed: return "changed";
    case MigrationState::missing: return "missing";
    case MigrationState::out_of_order: return "out of order";
  }
  return "";
}

std::size_t MigrationStatus::count(MigrationState state) const {
  return static_cast<std::size_t>(std::count_if(
      entries.begin(), entries.end(), [&](const MigrationEntry& entry) { return entry.state == state; }));
}

const MigrationEntry* MigrationStatus::last_applied() const {
  const auto last = std::find_if(entries.rbegin(), entries.rend(),
                                 [](const MigrationEntry& entry) { return entry.is_applied(); });
  return last == entries.rend() ? nullptr : &*last;
}

const MigrationEntry& MigrationStatus::find(std::string_view name_or_number) const {
  const auto by_name = std::find_if(entries.begin(), entries.end(), [&](const MigrationEntry& entry) {
    return entry.name == name_or_number;
  });
  if (by_name != entries.end()) return *by_name;
  const bool is_number =
      !name_or_number.empty() && name_or_number.find_first_not_of("0123456789") == std::string_view::npos;
  const MigrationEntry* found = nullptr;
  for (const MigrationEntry& entry : entries) {
    if (!is_number || entry.number != MigrationNumber::of(name_or_number)) continue;
    if (found != nullptr) {
      throw Error(ErrorKind::invalid_input,
                  fmt::format("\"{}\" and \"{}\" both have the number {}", shown(found->name),
                              shown(entry.name), name_or_number),
                  "give the whole name");
    }
    found = &entry;
  }
  if (found != nullptr) return *found;
  throw Error(ErrorKind::not_found, fmt::format("there is no migration \"{}\"", shown(name_or_number)),
              "'corral d1 migrations status' shows those there are");
}

namespace {

/// Reads the file only if its stat() has changed.
bool is_as_recorded(const std::filesystem::path& file, const MigrationRecord& record) {
  if (!record.stamp.empty() && file_stamp(file).text == record.stamp) return true;
  return sha256_of_file(file) == record.sha256;
}

void name_equal_numbers(std::vector<MigrationEntry>& entries) {
  std::map<std::string, std::vector<MigrationEntry*>> by_number;
  for (MigrationEntry& entry : entries) {
    if (entry.path && entry.number && !entry.number->is_date())
      by_number[entry.number->text()].push_back(&entry);
  }
  for (const auto& [number, same] : by_number) {
    for (MigrationEntry* const entry : same) {
      for (const MigrationEntry* const other : same) {
        if (other != entry) entry->same_number.push_back(other->name);
      }
    }
  }
}

}  // namespace

MigrationStatus make_status(const std::vector<MigrationFile>& files,
                            const std::vector<AppliedMigration>& applied,
                            const std::map<std::string, MigrationRecord>& records) {
  const auto comes_first = [](const MigrationEntry& a, const MigrationEntry& b) {
    return comes_before(a.name, b.name);
  };
  std::map<std::string_view, const AppliedMigration*> rows;
  for (const AppliedMigration& row : applied) rows[row.name] = &row;
  MigrationStatus status;
  for (const MigrationFile& file : files) {
    MigrationEntry entry{.name = file.name, .number = MigrationNumber::of_name(file.name)};
    entry.path = file.path;
    entry.state = MigrationState::pending;
    if (const auto row = rows.find(file.name); row != rows.end()) {
      entry.applied_at = row->second->applied_at;
      entry.state = MigrationState::applied;
      if (const auto record = records.find(file.name); record != records.end()) {
        entry.sha256 = record->second.sha256;
        if (!is_as_recorded(file.path, record->second)) entry.state = MigrationState::changed;
      }
      rows.erase(row);
    }
    status.entries.push_back(std::move(entry));
  }
  // The files are already in order; only missing migrations need to be merged in.
  const auto files_end = static_cast<std::ptrdiff_t>(status.entries.size());
  for (const auto& [name, row] : rows) {
    MigrationEntry entry{.name = row->name, .number = MigrationNumber::of_name(name)};
    entry.state = MigrationState::missing;
    entry.applied_at = row->applied_at;
    status.entries.push_back(std::move(entry));
  }
  std::sort(status.entries.begin() + files_end, status.entries.end(), comes_first);
  std::inplace_merge(status.entries.begin(), status.entries.begin() + files_end, status.entries.end(),
                     comes_first);
  const auto last_applied = std::find_if(status.entries.rbegin(), status.entries.rend(),
                                         [](const MigrationEntry& entry) { return entry.is_applied(); });
  std::for_each(last_applied, status.entries.rend(), [](MigrationEntry& entry) {
    if (entry.state == MigrationState::pending) entry.state = MigrationState::out_of_order;
  });
  name_equal_numbers(status.entries);
  return status;
}

UpTo::UpTo(const MigrationStatus& status, const std::string& number_or_name) {
  const auto number = MigrationNumber::of(number_or_name);
  const bool is_number = number_or_name.find_first_not_of("0123456789") == std::string::npos;
  for (const MigrationEntry& entry : status.entries) {
    if (entry.name == number_or_name || (is_number && number && entry.number == number)) last_ = entry.name;
  }
  if (last_.empty()) last_ = status.find(number_or_name).name;
}

bool UpTo::includes(const MigrationEntry& entry) const {
  return !comes_before(last_, entry.name);
}

std::vector<MigrationFile> plan(const MigrationStatus& status, const PlanOptions& options) {
  const std::optional<UpTo> up_to =
      options.to ? std::optional<UpTo>(UpTo(status, *options.to)) : std::nullopt;
  std::vector<MigrationFile> files;
  std::string late;
  for (const MigrationEntry& entry : status.entries) {
    if (entry.is_applied() || (up_to && !up_to->includes(entry))) continue;
    if (options.steps && files.size() == *options.steps) break;
    if (entry.state == MigrationState::out_of_order) {
      late += (late.empty() ? "" : ", ") + shown(entry.name);
    }
    files.push_back({.name = entry.name, .path = *entry.path});
  }
  if (!late.empty() && !options.allow_out_of_order) {
    throw Error(
        ErrorKind::conflict,
        fmt::format("not applied, although the later {} is: {}", shown(status.last_applied()->name), late),
        "give it a higher number, or add --allow-out-of-order to apply it now");
  }
  return files;
}

}  // namespace corral::migrations

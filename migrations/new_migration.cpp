#include "migrations/new_migration.hpp"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/replacement_file.hpp"
#include "migrations/migration_number.hpp"
#include "migrations/path_glob.hpp"

namespace corral::migrations {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t longest_name = 255;

void check_message(std::string_view message) {
  if (message.empty())
    throw Error(ErrorKind::usage, "the message of the migration is empty", "say what it does");
  if (message.find_first_of("/\\") != std::string_view::npos) {
    throw Error(ErrorKind::invalid_input, fmt::format("the message \"{}\" holds a / or \\", shown(message)),
                "it becomes the name of a file; leave them out");
  }
  if (message.find('\0') != std::string_view::npos || !is_utf8(message)) {
    throw Error(ErrorKind::invalid_input,
                fmt::format("the message \"{}\" cannot be the name of a file", shown(message)));
  }
}

/// "20261125040209" from "2026-11-25T04:02:09.000Z".
std::string digits_of_time(std::string_view time) {
  std::string digits;
  for (const char c : time.substr(0, time.find('.'))) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

std::string next_number(const MigrationFolder& folder) {
  std::error_code missing;
  MigrationNumber highest = MigrationNumber::zero();
  if (!fs::exists(folder.folder, missing)) return highest.next();
  for (const MigrationFile& file : find_migrations(folder)) {
    auto number = MigrationNumber::of_name(file.name);
    // A number above a year sorts after that year's dates.
    if (!number) number = MigrationNumber::of(file.name);
    if (number && *number > highest) highest = *number;
  }
  return highest.next();
}

void make_file(const fs::path& path, std::string_view content) {
  ReplacementFile file(path);
  file.write(content);
  if (!file.commit_if_absent())
    throw Error(ErrorKind::conflict, fmt::format("{} exists already", shown(path.native())));
}

}  // namespace

fs::path create_migration(const MigrationFolder& folder, const NewMigration& migration) {
  check_message(migration.message);
  const std::string number = migration.by_time ? digits_of_time(migration.now) : next_number(folder);
  std::string name = fmt::format("{}_{}.sql", number, migration.message);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }, '_');
  if (name.size() > longest_name) {
    throw Error(
        ErrorKind::limit,
        fmt::format("the name of the file would have {} bytes; {} is the most", name.size(), longest_name),
        "say it shorter");
  }
  if (!PathGlob(folder.pattern).matches(name)) {
    throw Error(
        ErrorKind::invalid_input,
        fmt::format(
            "the new file \"{}\" would not match the migrations_pattern \"{}\", so nothing would ever "
            "apply it",
            shown(name), shown(folder.pattern)),
        "let the tool that keeps this layout make it (drizzle-kit generate), or change the pattern");
  }
  const fs::path down = migration.with_down ? down_path(folder, name) : fs::path();
  make_folders(folder.folder);
  fs::path path = folder.folder / name;
  make_file(path, fmt::format("-- Migration number: {} \t {}\n", number, migration.now));
  if (down.empty()) return path;
  try {
    make_folders(down.parent_path());
    make_file(down, fmt::format("-- Undoes {}\n", name));
  } catch (...) {
    std::error_code ignored;
    fs::remove(path, ignored);
    throw;
  }
  return path;
}

fs::path down_path(const MigrationFolder& folder, std::string_view name) {
  const std::string relative = "down/" + std::string(name);
  if (PathGlob(folder.pattern).matches(relative)) {
    throw Error(
        ErrorKind::invalid_input,
        fmt::format("the migrations_pattern \"{}\" takes {} for a migration, so that wrangler would run it",
                    shown(folder.pattern), shown(relative)),
        "down parts need a pattern that does not look into down/");
  }
  return folder.folder / relative;
}

}  // namespace corral::migrations

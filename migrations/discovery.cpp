#include "migrations/discovery.hpp"

#include <algorithm>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "migrations/migration_number.hpp"
#include "migrations/path_glob.hpp"

namespace corral::migrations {

namespace fs = std::filesystem;

namespace {

constexpr int deepest_folder = 64;

std::string_view without_dot(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  while (path.ends_with('/') && path.size() > 1) path.remove_suffix(1);
  return path;
}

/// Compares path segments: negative, 0 or positive.
int compare_segments(std::string_view a, std::string_view b) {
  const auto first = MigrationNumber::of(a);
  const auto second = MigrationNumber::of(b);
  if (first.has_value() != second.has_value()) return first ? -1 : 1;
  if (first && *first != *second) return *first < *second ? -1 : 1;
  return a.compare(b);
}

void collect(const MigrationFolder& migrations, const PathGlob& glob, const std::string& below, int depth,
             std::vector<MigrationFile>& found) {
  const fs::path folder = below.empty() ? migrations.folder : migrations.folder / below;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = (below.empty() ? "" : below + "/") + entry->path().filename().native();
    std::error_code ignored;
    // wrangler skips symbolic links. No stat() is needed where the directory entry gives the file type.
    if (entry->is_symlink(ignored)) continue;
    if (entry->is_directory(ignored)) {
      if (depth < deepest_folder && glob.may_match_below(name))
        collect(migrations, glob, name, depth + 1, found);
    } else if (glob.matches(name) && entry->is_regular_file(ignored)) {
      found.push_back({name, entry->path()});
    }
  }
  if (error) throw system_error(error.value(), fmt::format("cannot list {}", shown(folder.native())));
}

}  // namespace

MigrationFolder migration_folder(const fs::path& config_folder,
                                 const std::optional<std::string>& migrations_dir,
                                 const std::optional<std::string>& migrations_table,
                                 const std::optional<std::string>& migrations_pattern) {
  MigrationFolder folder;
  const std::string name(without_dot(migrations_dir.value_or("migrations")));
  folder.folder = config_folder / name;
  folder.dir = name;
  if (migrations_table) folder.table = *migrations_table;
  if (!migrations_pattern) return folder;
  const std::string_view pattern = without_dot(*migrations_pattern);
  if (!migrations_dir) {
    throw Error(ErrorKind::invalid_input, "migrations_pattern needs migrations_dir beside it",
                "add the folder that the pattern starts with");
  }
  const std::string beginning = name == "." ? "" : name + "/";
  const bool climbs = ("/" + std::string(pattern) + "/").find("/../", beginning.size()) != std::string::npos;
  if (!pattern.starts_with(beginning) || climbs) {
    throw Error(ErrorKind::invalid_input,
                fmt::format("migrations_pattern \"{}\" {} migrations_dir \"{}\"", shown(pattern),
                            climbs ? "leaves" : "does not start with", shown(name)),
                fmt::format("write {}/**/*.sql or the like", shown(name)));
  }
  folder.pattern = pattern.substr(beginning.size());
  return folder;
}

bool comes_before(std::string_view name, std::string_view other) {
  while (!name.empty() && !other.empty()) {
    const std::size_t end = std::min(name.find('/'), name.size());
    const std::size_t other_end = std::min(other.find('/'), other.size());
    const int order = compare_segments(name.substr(0, end), other.substr(0, other_end));
    if (order != 0) return order < 0;
    name.remove_prefix(std::min(end + 1, name.size()));
    other.remove_prefix(std::min(other_end + 1, other.size()));
  }
  return name.size() < other.size();
}

std::vector<MigrationFile> find_migrations(const MigrationFolder& folder) {
  std::error_code missing;
  if (!fs::is_directory(folder.folder, missing)) {
    throw Error(ErrorKind::not_found,
                fmt::format("there is no folder of migrations at {}", shown(folder.folder.native())),
                "'corral d1 migrations create' makes it");
  }
  std::vector<MigrationFile> found;
  collect(folder, PathGlob(folder.pattern), "", 0, found);
  std::sort(found.begin(), found.end(),
            [](const MigrationFile& a, const MigrationFile& b) { return a.name < b.name; });
  // Numbers of equal width are already in order, which is faster to check than sorting by number.
  const auto comes_first = [](const MigrationFile& a, const MigrationFile& b) {
    return comes_before(a.name, b.name);
  };
  if (!std::is_sorted(found.begin(), found.end(), comes_first))
    std::sort(found.begin(), found.end(), comes_first);
  return found;
}

std::optional<std::string> pattern_that_would_match(const MigrationFolder& folder) {
  std::vector<MigrationFile> found;
  collect(folder, PathGlob("**/*.sql"), "", 0, found);
  std::erase_if(found, [](const MigrationFile& file) {
    return file.name.starts_with("down/") || file.name.starts_with("squashed/");
  });
  if (found.empty()) return std::nullopt;
  const auto all = [&](auto&& is_so) { return std::all_of(found.begin(), found.end(), is_so); };
  const auto depth = [](const MigrationFile& file) {
    return std::count(file.name.begin(), file.name.end(), '/');
  };
  const std::string beginning = folder.dir == "." ? "" : folder.dir + "/";
  const std::string last = found.front().path.filename().native();
  if (all([&](const MigrationFile& file) { return depth(file) == 0; })) return beginning + "*.sql";
  if (!all([&](const MigrationFile& file) { return depth(file) == 1; })) return beginning + "**/*.sql";
  const bool same = all([&](const MigrationFile& file) { return file.path.filename() == last; });
  return beginning + "*/" + (same ? last : "*.sql");
}

}  // namespace corral::migrations

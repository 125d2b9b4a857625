#include "backends/wrangler/d1_backend.hpp"

#include <algorithm>
#include <utility>

#include "backends/files/nofollow.hpp"
#include "backends/sqlite/file_database.hpp"
#include "backends/wrangler/state_layout.hpp"

namespace corral::wrangler {

namespace fs = std::filesystem;

std::unique_ptr<SqlDatabase> WranglerD1Backend::open(std::string_view id, const SqlOpenOptions& options) {
  return std::make_unique<sqlite::FileDatabase>(d1_database_file(state_root_, id), options);
}

std::unique_ptr<SqlDatabase> WranglerD1Backend::scratch(const SqlOpenOptions& options) {
  return sqlite::FileDatabase::temporary(options);
}

bool WranglerD1Backend::is_stored(std::string_view id) {
  return nofollow::status(d1_database_file(state_root_, id)).has_value();
}

std::vector<fs::path> WranglerD1Backend::stored_files() {
  constexpr std::size_t object_id_digits = 64;
  const fs::path folder = d1_database_file(state_root_, "").parent_path();
  std::vector<fs::path> files;
  for (const std::string& name : nofollow::names_in(folder)) {
    fs::path file = folder / name;
    if (file.extension() == ".sqlite" && file.stem().native().size() == object_id_digits)
      files.push_back(std::move(file));
  }
  std::sort(files.begin(), files.end());
  return files;
}

void WranglerD1Backend::drop(std::string_view id) {
  if (!is_stored(id)) return;
  sqlite::FileDatabase(d1_database_file(state_root_, id), {.create = false, .unrestricted = true}).drop();
}

}  // namespace corral::wrangler

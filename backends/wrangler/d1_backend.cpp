#include "backends/wrangler/d1_backend.hpp"

#include <algorithm>
#include <system_error>

#include "backends/error.hpp"
#include "backends/sqlite/file_database.hpp"
#include "backends/wrangler/state_layout.hpp"

namespace corral::wrangler {

namespace fs = std::filesystem;

std::unique_ptr<SqlDatabase> WranglerD1Backend::open(std::string_view id, const SqlOpenOptions& options) {
  return std::make_unique<sqlite::FileDatabase>(d1_database_file(state_root_, id), options);
}

std::unique_ptr<SqlDatabase> WranglerD1Backend::scratch() {
  return std::make_unique<sqlite::FileDatabase>(fs::path(), SqlOpenOptions{});
}

bool WranglerD1Backend::is_stored(std::string_view id) {
  std::error_code ignored;
  return fs::exists(d1_database_file(state_root_, id), ignored);
}

std::vector<fs::path> WranglerD1Backend::stored_files() {
  constexpr std::size_t object_id_digits = 64;
  const fs::path folder = d1_database_file(state_root_, "").parent_path();
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const fs::path& file = entry->path();
    if (file.extension() == ".sqlite" && file.stem().native().size() == object_id_digits)
      files.push_back(file);
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    throw system_error(error.value(), "cannot list " + folder.native());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void WranglerD1Backend::drop(std::string_view id) {
  if (!is_stored(id)) return;
  sqlite::FileDatabase(d1_database_file(state_root_, id), {.create = false, .unrestricted = true}).drop();
}

}  // namespace corral::wrangler

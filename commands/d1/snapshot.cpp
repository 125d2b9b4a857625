#include "commands/d1/snapshot.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"
#include "commands/readable.hpp"

namespace corral::d1 {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_name_bytes = 60;
constexpr int max_attempts = 1000;

/// A name that can be part of a file's name: everything but letters, digits, '-' and '_' is '_'.
std::string for_file(std::string_view name) {
  std::string safe(name.substr(0, max_name_bytes));
  std::replace_if(
      safe.begin(), safe.end(),
      [](char c) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return !plain && c != '-' && c != '_';
      },
      '_');
  return safe;
}

}  // namespace

fs::path take_snapshot(Context& context, const StateOptions& state, const Database& database) {
  Stores& stores = context.stores(state);
  const fs::path folder = stores.state_root() / "v3" / "corral" / "snapshots" / "d1";
  nofollow::make_folders(folder);
  std::string time = iso_time(context.clock().now());
  std::replace(time.begin(), time.end(), ':', '-');
  const std::unique_ptr<SqlDatabase> opened = stores.d1().open(database.id, {.unrestricted = true});
  for (int attempt = 1;; ++attempt) {
    fs::path file = folder / fmt::format("{}-{}{}.sqlite", for_file(database.name), time,
                                         attempt == 1 ? "" : fmt::format("-{}", attempt));
    try {
      opened->copy_to(file);
      return file;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::conflict || attempt == max_attempts) throw;
    }
  }
}

}  // namespace corral::d1

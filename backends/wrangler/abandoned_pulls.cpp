#include "backends/wrangler/abandoned_pulls.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "backends/bytes/text.hpp"
#include "backends/corral_layout.hpp"
#include "backends/error.hpp"
#include "backends/files/file_lock.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/wrangler/state_files.hpp"
#include "backends/wrangler/state_tree.hpp"

namespace corral::wrangler {

namespace fs = std::filesystem;

namespace {

/// When anything in the folder was last written.
UnixMillis last_touched(const fs::path& folder) {
  UnixMillis last = 0;
  const auto look = [&](const fs::path& path) {
    if (const auto status = nofollow::entry_status(path)) last = std::max(last, touched_at(*status));
  };
  look(folder);
  std::error_code gone;
  for (fs::recursive_directory_iterator entry(folder, gone), end; !gone && entry != end;
       entry.increment(gone))
    look(entry->path());
  return last;
}

}  // namespace

std::vector<fs::path> UnfinishedPulls::databases(std::string_view service) const {
  std::vector<fs::path> found;
  for (const fs::path& folder : kept) {
    for (const std::string& path : list_databases(folder / "v3", {*state_service_of(service)}))
      found.push_back(folder / "v3" / path);
  }
  return found;
}

UnfinishedPulls remove_abandoned_pulls(const fs::path& state_root, UnixMillis before, bool dry_run) {
  UnfinishedPulls pulls;
  const CorralLayout layout(state_root);
  for (const std::string& name : nofollow::names_in(layout.incoming_folders())) {
    const fs::path folder = layout.incoming_folders() / name;
    const auto lock = FileLock::at_once(layout.incoming_lock(folder));
    if (!lock || last_touched(folder) > before) {
      pulls.kept.push_back(folder);
      continue;
    }
    ++pulls.abandoned;
    std::error_code error;
    if (!dry_run) fs::remove_all(folder, error);
    if (error) throw system_error(error.value(), "cannot remove " + shown(folder.native()));
  }
  return pulls;
}

}  // namespace corral::wrangler

#include "backends/snapshots/folder_view.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "backends/files/nofollow.hpp"
#include "backends/platform/path_lookup.hpp"

namespace corral::snapshots {

FolderView::FolderView(const std::filesystem::path& folder)
    : path_(folder), folder_(nofollow::open(folder, platform::as_starting_point | O_DIRECTORY)) {}

std::optional<std::uint64_t> FolderView::size_of(const std::string& name) const {
  struct stat status {};
  if (!folder_ || ::fstatat(folder_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return std::nullopt;
  if (!S_ISREG(status.st_mode)) nofollow::regular_file_status(path_ / name);  // throws
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace corral::snapshots

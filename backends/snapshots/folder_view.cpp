#include "backends/snapshots/folder_view.hpp"

#include <fcntl.h>
#include <sys/stat.h>

namespace corral::snapshots {

FolderView::FolderView(const std::filesystem::path& folder)
    : folder_(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {}

std::optional<std::uint64_t> FolderView::size_of(const std::string& name) const {
  struct stat status {};
  if (!folder_ || ::fstatat(folder_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
      !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace corral::snapshots

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <vector>

#include "backends/files/durable_file.hpp"

/// Reaches the files of a state folder without following a symbolic link. A repository can bring a state
/// folder along whose links lead anywhere; what is read, written, listed or removed must stay inside. The
/// state root itself may be reached through links: `resolved_root` resolves them once, and every path below
/// it is then required to have none, in any component.
///
/// All functions throw denied, naming the link. The kernel checks the whole path in the one call that opens
/// it (openat2 with RESOLVE_NO_SYMLINKS, Linux 5.6); where that is missing or forbidden, a path is walked
/// component by component.
namespace corral::nofollow {

/// The absolute path of a state folder with its links resolved, as far as it exists. Throws invalid_input if
/// something else than a folder is in the way, not_found if a link leads nowhere, and io.
std::filesystem::path resolved_root(const std::filesystem::path& folder);

/// Like open(2), with O_CLOEXEC. Fails with an empty descriptor and errno set. Unless O_DIRECTORY or O_PATH
/// is given, only a regular file is opened: never waits for the other end of a FIFO, and throws invalid_input
/// for a FIFO, socket, device or folder.
FileDescriptor open(const std::filesystem::path& path, int flags, mode_t mode = 0);

/// Opens a regular file for reading. Throws not_found, invalid_input or io.
FileDescriptor open_for_reading(const std::filesystem::path& path);

/// Checks that no component of the path is a link; it need not exist. For what is then done by path:
/// renaming, removing, opening by a library.
void refuse_links(const std::filesystem::path& path);

/// What is at the path; nullopt: nothing. Throws io if that cannot be found out.
std::optional<struct stat> status(const std::filesystem::path& path);

/// Like `status` in a folder that has been checked before: one system call, for loops over many files.
std::optional<struct stat> entry_status(const std::filesystem::path& path);

/// As `entry_status`; throws invalid_input if what is there is not a regular file.
std::optional<struct stat> regular_file_status(const std::filesystem::path& path);

/// Whether there is a folder at the path.
bool is_folder(const std::filesystem::path& path);

/// The names in a folder, in no particular order; none if there is no such folder. An entry that is a link
/// is refused like the folder itself, so that entries can be used by path. Throws io.
std::vector<std::string> names_in(const std::filesystem::path& folder);

/// Makes a folder and its missing parents, durable in their parents. Throws io.
void make_folders(const std::filesystem::path& folder);

/// What `open` does on a kernel without openat2, without the check for a regular file. Public for its test.
FileDescriptor open_by_components(const std::filesystem::path& path, int flags, mode_t mode);

}  // namespace corral::nofollow

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <vector>

#include "backends/files/durable_file.hpp"

/// Accesses the files of a state folder without following symbolic links. A cloned repository can contain a
/// state folder with links to anywhere; reads, writes, listings and removals must stay inside it. The state
/// root itself may be reached through links: `resolved_root` resolves them once, and below it no component of
/// a path may be a link.
///
/// All functions throw denied, naming the link. The kernel checks the whole path in the one call that opens
/// it, where it can (backends/platform/path_lookup.hpp).
namespace corral::nofollow {

/// The absolute path of a state folder with its links resolved, as far as it exists. Throws invalid_input if
/// anything but a folder is in the way, not_found for a dangling link, and io.
std::filesystem::path resolved_root(const std::filesystem::path& folder);

/// Like open(2), with O_CLOEXEC. On failure returns an empty descriptor and sets errno. Unless O_DIRECTORY is
/// given, opens only regular files: never blocks on a FIFO, and throws invalid_input for a FIFO,
/// socket, device or folder.
FileDescriptor open(const std::filesystem::path& path, int flags, mode_t mode = 0);

/// Opens a regular file for reading. Throws not_found, invalid_input or io.
FileDescriptor open_for_reading(const std::filesystem::path& path);

/// Checks that no component of the path is a link; the path need not exist. For operations that then use the
/// path: renaming, removing, opening by a library.
void refuse_links(const std::filesystem::path& path);

/// stat() of the path; nullopt: nothing is there. Throws io if that cannot be determined.
std::optional<struct stat> status(const std::filesystem::path& path);

/// Like `status`, but for a folder that has already been checked: a single system call, for loops over many
/// files.
std::optional<struct stat> entry_status(const std::filesystem::path& path);

/// Like `entry_status`, but throws invalid_input if it is not a regular file.
std::optional<struct stat> regular_file_status(const std::filesystem::path& path);

/// Whether there is a folder at the path.
bool is_folder(const std::filesystem::path& path);

/// The names in a folder, in no particular order; none if there is no such folder. Entries that are links are
/// rejected like the folder itself, so the entries can be used by path. Throws io.
std::vector<std::string> names_in(const std::filesystem::path& folder);

/// Creates a folder and its missing parents, durably. Throws io.
void make_folders(const std::filesystem::path& folder);

}  // namespace corral::nofollow

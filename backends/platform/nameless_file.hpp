#pragma once

#include <sys/types.h>

#include "backends/files/durable_file.hpp"

/// Files without a name, of which nothing is left when their process is killed.
namespace corral::platform {

/// A new file in `folder` (O_TMPFILE). `flags` are O_WRONLY or O_RDWR, with O_EXCL if it is never to get a
/// name. Empty: errno has the reason; EOPNOTSUPP on macOS, which has no such files. There the caller makes
/// one with a temporary name, which a kill can leave behind.
FileDescriptor open_nameless(const std::filesystem::path& folder, int flags, mode_t mode);

/// Whether `give_name` can work: on Linux it may need /proc. Never on macOS.
bool can_give_names();

/// Gives a file of `open_nameless` a name that must be free. False: errno has the reason; EEXIST if it is
/// taken.
bool give_name(const FileDescriptor& file, const std::filesystem::path& name);

/// A file in memory, open for reading and writing (memfd_create); on macOS, a file in the folder for
/// temporary files whose name is removed at once. Empty: errno has the reason. Throws io on macOS.
FileDescriptor make_memory_file();

}  // namespace corral::platform

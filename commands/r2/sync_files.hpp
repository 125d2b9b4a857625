#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "backends/object_store.hpp"
#include "commands/command/context.hpp"

namespace corral::r2 {

/// Which names a sync looks at: those that match one of `include` (empty: all) and none of `exclude`.
/// Patterns are those of backends/bytes/glob.hpp, on the path relative to the folder or the prefix. Files
/// that an interrupted command left unfinished (is_unfinished_name) are never among them.
struct SyncFilter {
  std::vector<std::string> include;
  std::vector<std::string> exclude;

  [[nodiscard]] bool takes(std::string_view name) const;
};

/// A file below a folder.
struct LocalFile {
  std::filesystem::path path;
  std::uint64_t size = 0;
};

/// The files below a folder by their path relative to it, with '/' between parts. Symbolic links to files
/// count as files; those to folders, and what is neither file nor folder, are left out with a warning. A
/// folder that is not there has no files. Throws io.
std::map<std::string, LocalFile> files_below(Context& context, const std::filesystem::path& folder,
                                             const SyncFilter& filter);

/// The objects below a prefix by their key without it.
std::map<std::string, ObjectInfo> objects_below(Context& context, ObjectStore& store,
                                                const std::string& prefix, const SyncFilter& filter);

/// Whether a file has the bytes of an object: the same size, and the same MD5; the bytes of a multipart
/// object, whose etag is no MD5 of them, are compared one by one.
bool same_bytes(Context& context, ObjectStore& store, const ObjectInfo& object, const LocalFile& file);

}  // namespace corral::r2

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "backends/object_store.hpp"
#include "commands/command/context.hpp"

namespace corral::r2 {

/// The names that a sync considers: those that match any of `include` (empty: all) and none of `exclude`.
/// Patterns are those of backends/bytes/glob.hpp, applied to the path relative to the folder or the prefix.
/// Always excludes temporary files of interrupted commands (is_unfinished_name).
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

/// The files below a folder by relative path, with '/' between parts. Symbolic links to files count as files;
/// links to folders, and anything that is neither file nor folder, are skipped with a warning. A missing
/// folder has no files. Throws io.
std::map<std::string, LocalFile> files_below(Context& context, const std::filesystem::path& folder,
                                             const SyncFilter& filter);

/// The objects with a prefix, by their key without it.
std::map<std::string, ObjectInfo> objects_below(Context& context, ObjectStore& store,
                                                const std::string& prefix, const SyncFilter& filter);

/// Whether a file and an object have the same bytes: the same size and MD5; for a multipart object, whose
/// etag is not an MD5 of its content, compares the bytes.
bool same_bytes(Context& context, ObjectStore& store, const ObjectInfo& object, const LocalFile& file);

}  // namespace corral::r2

#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "commands/r2/sync_files.hpp"

namespace corral::r2 {

enum class SyncDirection { up, down };

/// A folder and a bucket, and which way the bytes go.
struct SyncSides {
  SyncDirection direction{};
  std::filesystem::path folder;
  std::string bucket;
  std::string prefix;  ///< empty, or ends in '/'
};

/// One thing that a sync has to do.
struct SyncStep {
  enum class Action { upload, download, make_folder, delete_object, delete_file } action{};
  std::string name;  ///< relative to the folder and the prefix; of a folder with its '/' at the end
  std::uint64_t size = 0;
};

/// The word for an action: "upload", "download", "mkdir", "delete".
std::string_view word_for(SyncStep::Action action);

/// What a sync cannot copy, and why.
struct LeftOut {
  std::string name;
  std::string reason;  ///< a sentence without a final stop
};

/// What is the same on both sides, and what there is to do, in the order of names; deletions come last and
/// only if they were asked for.
struct SyncPlan {
  std::vector<SyncStep> steps;
  std::vector<LeftOut> left_out;
  std::uint64_t same = 0;
  std::uint64_t bytes = 0;  ///< to be transferred
};

/// Compares the two sides. An empty object whose key ends in '/', as dashboards make it, is a folder. Left
/// out are keys that cannot be paths or that a symbolic link would lead out of the folder, names that cannot
/// be keys, and files that cannot be read. Of an object "a" beside "a/b", which cannot both be files, the
/// first is left out, or the second where "a" is a file already. Throws io.
SyncPlan plan_sync(Context& context, ObjectStore& store, const std::map<std::string, LocalFile>& files,
                   const std::map<std::string, ObjectInfo>& objects, const SyncSides& sides,
                   bool with_deletions);

}  // namespace corral::r2

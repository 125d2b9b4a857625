#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "commands/r2/sync_files.hpp"

namespace corral::r2 {

enum class SyncDirection { up, down };

/// A folder and a bucket, and the direction of the transfer.
struct SyncSides {
  SyncDirection direction{};
  std::filesystem::path folder;
  std::string bucket;
  std::string prefix;  ///< empty, or ending in '/'
};

/// One step of a sync.
struct SyncStep {
  enum class Action { upload, download, make_folder, delete_object, delete_file } action{};
  std::string name;  ///< relative to the folder and the prefix; a folder's ends in '/'
  std::uint64_t size = 0;
};

/// The name of an action: "upload", "download", "mkdir", "delete".
std::string_view word_for(SyncStep::Action action);

/// What a sync cannot copy, and why.
struct LeftOut {
  std::string name;
  std::string reason;  ///< a sentence without its final period
};

/// What is already in sync, and the steps to take, ordered by name; deletions come last and only if
/// requested.
struct SyncPlan {
  std::vector<SyncStep> steps;
  std::vector<LeftOut> left_out;
  std::uint64_t same = 0;
  std::uint64_t bytes = 0;  ///< to be transferred
};

/// Compares the two sides. An empty object whose key ends in '/', as dashboards create it, is a folder.
/// Leaves out keys that cannot be paths or that a symbolic link would lead outside the folder, file names
/// that cannot be keys, and unreadable files. Of an object "a" beside "a/b", which cannot both be files,
/// leaves out the first, or the second if "a" already is a file. Throws io.
SyncPlan plan_sync(Context& context, ObjectStore& store, const std::map<std::string, LocalFile>& files,
                   const std::map<std::string, ObjectInfo>& objects, const SyncSides& sides,
                   bool with_deletions);

}  // namespace corral::r2

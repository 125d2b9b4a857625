#pragma once

#include <string>
#include <vector>

#include "commands/r2/sync_files.hpp"

namespace corral::r2 {

/// One thing that a sync has to do.
struct SyncStep {
  enum class Action { upload, download, delete_object, delete_file } action{};
  std::string name;  ///< relative to the folder and the prefix
  std::uint64_t size = 0;
};

/// The word for an action: "upload", "download", "delete".
std::string_view word_for(SyncStep::Action action);

enum class SyncDirection { up, down };

/// What is the same on both sides, and what there is to do, in the order of names; deletions come last and
/// only with `with_deletions`.
struct SyncPlan {
  std::vector<SyncStep> steps;
  std::uint64_t same = 0;
  std::uint64_t bytes = 0;  ///< to be transferred
};

SyncPlan plan_sync(Context& context, ObjectStore& store, const std::map<std::string, LocalFile>& files,
                   const std::map<std::string, ObjectInfo>& objects, SyncDirection direction,
                   bool with_deletions);

}  // namespace corral::r2

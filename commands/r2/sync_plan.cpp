#include "commands/r2/sync_plan.hpp"

namespace corral::r2 {

std::string_view word_for(SyncStep::Action action) {
  switch (action) {
    case SyncStep::Action::upload: return "upload";
    case SyncStep::Action::download: return "download";
    case SyncStep::Action::delete_object:
    case SyncStep::Action::delete_file: return "delete";
  }
  return "";
}

SyncPlan plan_sync(Context& context, ObjectStore& store, const std::map<std::string, LocalFile>& files,
                   const std::map<std::string, ObjectInfo>& objects, SyncDirection direction,
                   bool with_deletions) {
  SyncPlan plan;
  std::vector<SyncStep> deletions;
  const bool up = direction == SyncDirection::up;
  const auto progress = context.out().progress("comparing", files.size(), ProgressUnit::items);
  std::uint64_t compared = 0;
  const auto transfer = [&](const std::string& name, std::uint64_t size) {
    plan.steps.push_back({up ? SyncStep::Action::upload : SyncStep::Action::download, name, size});
    plan.bytes += size;
  };
  for (const auto& [name, file] : files) {
    progress->update(++compared);
    const auto object = objects.find(name);
    if (object == objects.end()) {
      if (up) {
        transfer(name, file.size);
      } else {
        deletions.push_back({SyncStep::Action::delete_file, name, file.size});
      }
    } else if (same_bytes(context, store, object->second, file)) {
      ++plan.same;
    } else {
      transfer(name, up ? file.size : object->second.size);
    }
  }
  for (const auto& [name, object] : objects) {
    if (files.contains(name)) continue;
    if (up) {
      deletions.push_back({SyncStep::Action::delete_object, name, object.size});
    } else {
      transfer(name, object.size);
    }
  }
  if (with_deletions) plan.steps.insert(plan.steps.end(), deletions.begin(), deletions.end());
  return plan;
}

}  // namespace corral::r2

#include "commands/r2/sync_plan.hpp"

#include <cerrno>
#include <cstring>
#include <optional>
#include <set>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/r2/key_path.hpp"

namespace corral::r2 {

namespace fs = std::filesystem;

std::string_view word_for(SyncStep::Action action) {
  switch (action) {
    case SyncStep::Action::upload: return "upload";
    case SyncStep::Action::download: return "download";
    case SyncStep::Action::make_folder: return "mkdir";
    case SyncStep::Action::delete_object:
    case SyncStep::Action::delete_file: return "delete";
  }
  return "";
}

namespace {

std::optional<std::string> why_unreadable(const fs::path& file) {
  if (::access(file.c_str(), R_OK) == 0) return std::nullopt;
  return fmt::format("it cannot be read: {}", std::strerror(errno));
}

/// Whether the object is a folder marker; an empty name is the marker of the copied folder itself.
bool is_folder_marker(std::string_view name, const ObjectInfo& object) {
  return object.size == 0 && (name.empty() || name.ends_with('/'));
}

class Planner {
 public:
  Planner(Context& context, ObjectStore& store, const std::map<std::string, LocalFile>& files,
          const std::map<std::string, ObjectInfo>& objects, const SyncSides& sides)
      : context_(context), store_(store), files_(files), objects_(objects), sides_(sides) {}

  SyncPlan run(bool with_deletions) {
    if (!up()) leave_out_clashes();
    compare();
    for (const auto& [name, object] : objects_) {
      if (files_.contains(name)) continue;
      if (up()) {
        if (!is_folder_here(name, object))
          deletions_.push_back({SyncStep::Action::delete_object, name, object.size});
      } else if (is_folder_marker(name, object)) {
        make_folder(name, object);
      } else {
        download(name, object);
      }
    }
    if (with_deletions) plan_.steps.insert(plan_.steps.end(), deletions_.begin(), deletions_.end());
    return std::move(plan_);
  }

 private:
  [[nodiscard]] bool up() const { return sides_.direction == SyncDirection::up; }

  void leave_out(const std::string& name, std::string reason) {
    plan_.left_out.push_back({name, std::move(reason)});
  }

  /// Of two objects that cannot both be files, one is left out. Folder markers go last: they lose only to a
  /// file that is copied, and dropping them loses nothing.
  void leave_out_clashes() {
    for (const bool markers : {false, true}) {
      for (const auto& [name, object] : objects_) {
        if (is_folder_marker(name, object) == markers) leave_out_clash(name, markers);
      }
    }
  }

  void leave_out_clash(const std::string& name, bool is_marker) {
    for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
      const std::string above = name.substr(0, slash);
      if (!objects_.contains(above) || (is_marker && clashing_.contains(above))) continue;
      const bool above_stays = files_.contains(above) || is_marker;
      const std::string& loser = above_stays ? name : above;
      if (!clashing_.insert(loser).second) continue;
      leave_out(loser, above_stays ? fmt::format("\"{}\" is a file", shown(above))
                                   : fmt::format("\"{}\" needs a folder of that name", shown(name)));
    }
  }

  void compare() {
    const auto progress = context_.out().progress("comparing", files_.size(), ProgressUnit::items);
    std::uint64_t compared = 0;
    for (const auto& [name, file] : files_) {
      progress->update(++compared);
      const auto object = objects_.find(name);
      if (object == objects_.end()) {
        if (up()) {
          upload(name, file);
        } else {
          deletions_.push_back({SyncStep::Action::delete_file, name, file.size});
        }
        continue;
      }
      const std::optional<bool> same = is_same(object->second, name, file);
      if (!same) continue;
      if (*same) {
        ++plan_.same;
      } else if (up()) {
        upload(name, file);
      } else {
        download(name, object->second);
      }
    }
  }

  /// nullopt: the file cannot be read and is left out.
  std::optional<bool> is_same(const ObjectInfo& object, const std::string& name, const LocalFile& file) {
    try {
      return same_bytes(context_, store_, object, file);
    } catch (const Error&) {
      auto reason = why_unreadable(file.path);
      if (!reason) throw;
      leave_out(name, std::move(*reason));
      return std::nullopt;
    }
  }

  void upload(const std::string& name, const LocalFile& file) {
    try {
      check_object_key(sides_.prefix + name);
    } catch (const Error& error) {
      leave_out(name, error.message());
      return;
    }
    if (auto reason = why_unreadable(file.path)) {
      leave_out(name, std::move(*reason));
      return;
    }
    plan_.steps.push_back({SyncStep::Action::upload, name, file.size});
    plan_.bytes += file.size;
  }

  void download(const std::string& name, const ObjectInfo& object) {
    if (clashing_.contains(name) || !can_be_path(name, name)) return;
    plan_.steps.push_back({SyncStep::Action::download, name, object.size});
    plan_.bytes += object.size;
  }

  void make_folder(const std::string& name, const ObjectInfo& object) {
    if (name.empty() || clashing_.contains(name)) return;
    if (!can_be_path(name, name.substr(0, name.size() - 1))) return;
    if (is_folder_here(name, object)) {
      ++plan_.same;
    } else {
      plan_.steps.push_back({SyncStep::Action::make_folder, name, 0});
    }
  }

  [[nodiscard]] bool is_folder_here(const std::string& name, const ObjectInfo& object) const {
    std::error_code missing;
    return is_folder_marker(name, object) && fs::is_directory(sides_.folder / name, missing);
  }

  bool can_be_path(const std::string& name, const std::string& path) {
    if (const auto reason = why_no_path(path)) {
      leave_out(name, fmt::format("it cannot be the path of a file: {}", *reason));
      return false;
    }
    try {
      path_below(sides_.folder, path);
      return true;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::denied && error.kind() != ErrorKind::invalid_input) throw;
      leave_out(name, error.message());
      return false;
    }
  }

  Context& context_;
  ObjectStore& store_;
  const std::map<std::string, LocalFile>& files_;
  const std::map<std::string, ObjectInfo>& objects_;
  const SyncSides& sides_;
  std::set<std::string> clashing_;
  std::vector<SyncStep> deletions_;
  SyncPlan plan_;
};

}  // namespace

SyncPlan plan_sync(Context& context, ObjectStore& store, const std::map<std::string, LocalFile>& files,
                   const std::map<std::string, ObjectInfo>& objects, const SyncSides& sides,
                   bool with_deletions) {
  return Planner(context, store, files, objects, sides).run(with_deletions);
}

}  // namespace corral::r2

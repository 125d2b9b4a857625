#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace corral::snapshots {

/// The values that snapshots hold, each once, however many snapshots name it:
/// `<shelf>/<kv|r2>/<folder>/<id>`. An id is never used for two values and a value is never changed once it
/// is written (docs/decisions/0004-blobs-before-rows.md), by corral or by workerd: so a value on the shelf
/// and in the state can be one file with two names, where the file system can, else it is a copy.
class BlobShelf {
 public:
  BlobShelf(std::filesystem::path shelf, std::filesystem::path v3)
      : shelf_(std::move(shelf)), v3_(std::move(v3)) {}

  /// Puts a value of the state on the shelf; false if it is gone.
  bool take(const std::string& folder, const std::string& id);

  /// Puts every value that the state's folder holds at this moment on the shelf, as far as it is not there.
  void take_all(const std::string& folder);

  /// Puts a value from the shelf into the state, whole when it appears.
  void give(const std::string& folder, const std::string& id);

  /// Moves a file onto the shelf as this value.
  void add(const std::filesystem::path& file, const std::string& folder, const std::string& id);

  [[nodiscard]] bool has(const std::string& folder, const std::string& id);
  [[nodiscard]] std::optional<std::uint64_t> size(const std::string& folder, const std::string& id) const;
  [[nodiscard]] std::filesystem::path path_of(const std::string& folder, const std::string& id) const;

  /// The folder that holds a value with this id, where it is not said: ids are unique over all of them.
  [[nodiscard]] std::optional<std::string> folder_of(const std::string& id) const;

  /// Removes every value that `named` does not want kept.
  void sweep(const std::function<bool(const std::string& folder, const std::string& id)>& named) const;

  /// Brings the values that were put on the shelf, and their names, to the disk, one by one.
  void flush_taken() const;

  /// How many values were put on the shelf or into the state.
  [[nodiscard]] std::uint64_t moved() const noexcept { return moved_; }

  /// Whether any of them had to be copied.
  [[nodiscard]] bool copied() const noexcept { return copied_; }

 private:
  std::unordered_set<std::string>& ids_in(const std::string& folder);
  [[nodiscard]] std::filesystem::path live_folder(const std::string& folder) const;
  bool link_or_copy(const std::filesystem::path& from, const std::filesystem::path& to);

  std::filesystem::path shelf_;
  std::filesystem::path v3_;
  std::unordered_map<std::string, std::unordered_set<std::string>> shelved_;
  std::unordered_map<std::string, std::string> folder_by_id_;
  std::vector<std::pair<std::string, std::string>> taken_;
  std::uint64_t moved_ = 0;
  bool copied_ = false;
};

}  // namespace corral::snapshots

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corral::snapshots {

/// The values of all snapshots, each stored once however many snapshots reference it:
/// `<shelf>/<kv|r2>/<folder>/<id>`. Neither corral nor workerd ever reuses an id or modifies a value once
/// written (docs/decisions/0004-blobs-before-rows.md), so a value on the shelf and in the state is a hard
/// link to the same file where the file system allows it, otherwise a copy.
class BlobShelf {
 public:
  BlobShelf(std::filesystem::path shelf, std::filesystem::path v3)
      : shelf_(std::move(shelf)), v3_(std::move(v3)) {}

  /// Puts a value of the state on the shelf, unless it is there already; false if it is in neither place.
  bool take(const std::string& folder, const std::string& id);

  /// Puts a value from the shelf into the state; it appears complete.
  void give(const std::string& folder, const std::string& id);

  /// Moves a file onto the shelf as this value.
  void add(const std::filesystem::path& file, const std::string& folder, const std::string& id);

  [[nodiscard]] bool has(const std::string& folder, const std::string& id) const;
  [[nodiscard]] std::optional<std::uint64_t> size(const std::string& folder, const std::string& id) const;
  [[nodiscard]] std::filesystem::path path_of(const std::string& folder, const std::string& id) const;

  /// Removes every value for which `named` returns false.
  void sweep(const std::function<bool(const std::string& folder, const std::string& id)>& named) const;

  /// Flushes the values put on the shelf, and their directory entries.
  void flush_taken() const;

  /// The number of values put on the shelf or into the state.
  [[nodiscard]] std::uint64_t moved() const noexcept { return moved_; }

  /// Whether any value had to be copied rather than linked.
  [[nodiscard]] bool copied() const noexcept { return copied_; }

 private:
  /// From this many values on, one syncfs is faster than one fsync per value.
  static constexpr std::size_t flush_together_from = 16;

  /// Throws denied if a link leads to the state's folder.
  void check(const std::string& folder);
  [[nodiscard]] std::filesystem::path live_folder(const std::string& folder) const;
  bool link_or_copy(const std::filesystem::path& from, const std::filesystem::path& to);

  std::filesystem::path shelf_;
  std::filesystem::path v3_;
  std::set<std::string> checked_;
  std::vector<std::pair<std::string, std::string>> first_taken_;  ///< up to flush_together_from
  std::uint64_t taken_ = 0;
  std::uint64_t moved_ = 0;
  bool copied_ = false;
};

}  // namespace corral::snapshots

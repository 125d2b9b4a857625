#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace corral::snapshots {

/// The file `restoring`: the name of the snapshot being restored. It exists from before the first change to
/// the state until after the last; a process that finds it while no restore runs must complete the restore.
class RestoreMarker {
 public:
  explicit RestoreMarker(std::filesystem::path file) : file_(std::move(file)) {}

  [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }

  /// nullopt: no restore has begun. Throws io.
  [[nodiscard]] std::optional<std::string> read() const;

  /// Durable when it returns. If it throws, there is no marker.
  void write(std::string_view snapshot) const;

  /// Removes the marker of a restore that has changed nothing.
  void take_back() const noexcept;

  /// Removes the marker after a complete restore. If it throws io and the marker is gone, the removal could
  /// not be flushed: the marker may reappear after a power loss.
  void remove(std::string_view snapshot) const;

 private:
  std::filesystem::path file_;
};

}  // namespace corral::snapshots

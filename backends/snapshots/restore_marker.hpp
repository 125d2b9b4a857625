#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace corral::snapshots {

/// The file `restoring`: the name of the snapshot that is being restored. It exists from before the first
/// change to the state until after the last, so that whoever finds it while no restore runs has to finish
/// one.
class RestoreMarker {
 public:
  explicit RestoreMarker(std::filesystem::path file) : file_(std::move(file)) {}

  [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }

  /// nullopt: no restore was begun. Throws io.
  [[nodiscard]] std::optional<std::string> read() const;

  /// Durable when it returns. When it throws, there is no marker.
  void write(std::string_view snapshot) const;

  /// After a restore that has changed nothing.
  void take_back() const noexcept;

  /// After a whole restore. If it throws io and the marker is gone, the removal could not be flushed: after a
  /// loss of power it may be there again.
  void remove(std::string_view snapshot) const;

 private:
  std::filesystem::path file_;
};

}  // namespace corral::snapshots

#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace corral::snapshots {

/// What the state's databases were known by after the last restore of a snapshot: as long as they still are,
/// there is nothing to compare. Losing it costs time alone.
class RestoredNote {
 public:
  /// Reads the file; one that does not exist knows nothing. Throws io.
  explicit RestoredNote(std::filesystem::path file);

  [[nodiscard]] bool knows(const std::string& path, const std::string& signature) const;
  void learn(const std::string& path, const std::string& signature);

  /// Not flushed: what a crash leaves is read as nothing, or is right. Throws io.
  void write() const;

 private:
  std::filesystem::path file_;
  std::map<std::string, std::string> known_;
  bool changed_ = false;
};

}  // namespace corral::snapshots

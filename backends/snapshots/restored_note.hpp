#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace corral::snapshots {

/// The signatures of the state's databases after the last restore of a snapshot: while they are unchanged,
/// there is nothing to compare. Losing this file costs only time.
class RestoredNote {
 public:
  /// Reads the file; a missing one is empty. Throws io.
  explicit RestoredNote(std::filesystem::path file);

  [[nodiscard]] bool knows(const std::string& path, const std::string& signature) const;
  void learn(const std::string& path, const std::string& signature);

  /// Not flushed: after a crash the file is either correct or reads as empty. Throws io.
  void write() const;

 private:
  std::filesystem::path file_;
  std::map<std::string, std::string> known_;
  bool changed_ = false;
};

}  // namespace corral::snapshots

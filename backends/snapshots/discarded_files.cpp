#include "backends/snapshots/discarded_files.hpp"

#include <cstdio>
#include <exception>
#include <unistd.h>
#include <utility>

#include "backends/files/nofollow.hpp"

namespace corral::snapshots {

void DiscardedFiles::discard(const std::filesystem::path& file, const std::string& name) {
  if (!std::exchange(made_, true)) nofollow::make_folders(folder_);
  if (::rename(file.c_str(), (folder_ / name).c_str()) != 0) ::unlink(file.c_str());
}

void DiscardedFiles::remove_within(std::chrono::milliseconds time) const noexcept try {
  const auto deadline = std::chrono::steady_clock::now() + time;
  for (const std::string& name : nofollow::names_in(folder_)) {
    ::unlink((folder_ / name).c_str());
    if (std::chrono::steady_clock::now() > deadline) return;
  }
} catch (const std::exception&) {
  return;  // they stay for the next time
}

}  // namespace corral::snapshots

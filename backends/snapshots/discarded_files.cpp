#include "backends/snapshots/discarded_files.hpp"

#include <cstdio>
#include <exception>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
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
  return;  // they are left for the next time
}

void remove_folder(const std::filesystem::path& folder) {
  nofollow::refuse_links(folder);
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (error) throw system_error(error.value(), fmt::format("cannot remove {}", shown(folder.native())));
}

void discard_folder(const std::filesystem::path& folder) noexcept try {
  remove_folder(folder);
} catch (const std::exception&) {
  return;
}

}  // namespace corral::snapshots

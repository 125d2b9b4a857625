#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "backends/platform/open_files.hpp"

namespace corral::platform {

namespace fs = std::filesystem;

namespace {

/// The byte of the -shm file that a database's writer locks (sqlite.org/walformat.html).
constexpr std::uint64_t writer_lock_byte = 120;

std::optional<int> number_of(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Holders of locks on the writer's byte, as (process, inode): "1: POSIX ADVISORY WRITE 321 08:01:4711 120
/// 120".
std::set<std::pair<int, std::uint64_t>> writers() {
  std::set<std::pair<int, std::uint64_t>> found;
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    // number, kind, mode, access, process, place, first byte, last byte
    std::array<std::string, 7> fields;
    for (std::string& field : fields) words >> field;
    const auto& [number, kind, mode, access, pid, place, first] = fields;
    const auto process = number_of(pid);
    const std::size_t colon = place.rfind(':');
    if (kind != "POSIX" || access != "WRITE" || !process || colon == std::string::npos) continue;
    std::uint64_t inode = 0;
    std::uint64_t from = 0;
    std::from_chars(place.data() + colon + 1, place.data() + place.size(), inode);
    std::from_chars(first.data(), first.data() + first.size(), from);
    if (from == writer_lock_byte) found.emplace(*process, inode);
  }
  return found;
}

std::string program_of(const fs::path& process) {
  std::string name;
  std::ifstream file(process / "comm");
  std::getline(file, name);
  return name;
}

}  // namespace

std::vector<FileUser> users_of(const fs::path& folder) {
  std::vector<FileUser> users;
  std::error_code error;
  const fs::path real = fs::canonical(folder, error);
  if (error) return users;
  const std::string inside = real.native() + "/";
  const auto writing = writers();
  for (fs::directory_iterator process("/proc", error), end; !error && process != end;
       process.increment(error)) {
    const auto pid = number_of(process->path().filename().native());
    if (!pid || *pid == ::getpid()) continue;
    FileUser user;
    user.pid = *pid;
    std::error_code hidden;
    for (fs::directory_iterator file(process->path() / "fd", hidden); !hidden && file != end;
         file.increment(hidden)) {
      std::error_code gone;
      const fs::path target = fs::read_symlink(file->path(), gone);
      if (gone || !target.native().starts_with(inside)) continue;
      struct stat status {};
      if (target.native().ends_with("-shm") && ::stat(file->path().c_str(), &status) == 0)
        user.is_writing = user.is_writing || writing.contains({*pid, status.st_ino});
      user.files.push_back(target);
    }
    if (user.files.empty()) continue;
    std::sort(user.files.begin(), user.files.end());
    user.files.erase(std::unique(user.files.begin(), user.files.end()), user.files.end());
    user.program = program_of(process->path());
    users.push_back(std::move(user));
  }
  std::sort(users.begin(), users.end(), [](const FileUser& a, const FileUser& b) { return a.pid < b.pid; });
  return users;
}

}  // namespace corral::platform

#include <algorithm>
#include <array>
#include <libproc.h>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "backends/platform/open_files.hpp"

namespace corral::platform {

namespace fs = std::filesystem;

namespace {

/// What `ask` fills a buffer with, as many elements as there are: processes and files may be added meanwhile.
template <typename Element, typename Ask>
std::vector<Element> all_of(const Ask& ask) {
  constexpr std::size_t spare = 32;
  const int bytes = ask(nullptr, 0);
  if (bytes <= 0) return {};
  std::vector<Element> elements(static_cast<std::size_t>(bytes) / sizeof(Element) + spare);
  const int used = ask(elements.data(), static_cast<int>(elements.size() * sizeof(Element)));
  elements.resize(used > 0 ? static_cast<std::size_t>(used) / sizeof(Element) : 0);
  return elements;
}

std::vector<fs::path> open_files_of(pid_t process, const std::string& inside) {
  std::vector<fs::path> files;
  const auto descriptors = all_of<proc_fdinfo>(
      [&](void* buffer, int bytes) { return ::proc_pidinfo(process, PROC_PIDLISTFDS, 0, buffer, bytes); });
  for (const proc_fdinfo& descriptor : descriptors) {
    if (descriptor.proc_fdtype != PROX_FDTYPE_VNODE) continue;
    vnode_fdinfowithpath info{};
    const int bytes = ::proc_pidfdinfo(process, descriptor.proc_fd, PROC_PIDFDVNODEPATHINFO, &info,
                                       static_cast<int>(sizeof info));
    if (bytes != static_cast<int>(sizeof info)) continue;
    const std::string path = info.pvip.vip_path;
    if (path.starts_with(inside)) files.emplace_back(path);
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

std::string program_of(pid_t process) {
  std::array<char, 2 * MAXCOMLEN + 1> name{};
  ::proc_name(process, name.data(), static_cast<std::uint32_t>(name.size() - 1));
  return name.data();
}

}  // namespace

std::vector<FileUser> users_of(const fs::path& folder) {
  std::vector<FileUser> users;
  std::error_code error;
  const fs::path real = fs::canonical(folder, error);
  if (error) return users;
  const std::string inside = real.native() + "/";
  const auto processes = all_of<pid_t>([](void* buffer, int bytes) {
    return ::proc_listpids(PROC_ALL_PIDS, 0, buffer, static_cast<int>(bytes));
  });
  for (const pid_t process : processes) {
    if (process <= 0 || process == ::getpid()) continue;
    std::vector<fs::path> files = open_files_of(process, inside);
    if (files.empty()) continue;
    users.push_back({.pid = process, .program = program_of(process), .files = std::move(files)});
  }
  std::sort(users.begin(), users.end(), [](const FileUser& a, const FileUser& b) { return a.pid < b.pid; });
  return users;
}

}  // namespace corral::platform

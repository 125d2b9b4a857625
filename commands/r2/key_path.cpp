#include "commands/r2/key_path.hpp"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/output_file.hpp"

namespace corral::r2 {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t longest_part = 255;

/// Whether `path` is `folder` or below it; both absolute and without links or dots.
bool is_within(const fs::path& path, const fs::path& folder) {
  const auto [rest, end] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return rest == folder.end() || (std::next(rest) == folder.end() && rest->empty());
}

}  // namespace

std::optional<std::string> why_no_path(std::string_view key) {
  if (key.empty()) return "it is empty";
  if (key.find('\0') != std::string_view::npos) return "it holds a NUL byte";
  for (std::size_t start = 0; start <= key.size();) {
    const std::size_t end = std::min(key.find('/', start), key.size());
    const std::string_view name = key.substr(start, end - start);
    if (name.empty()) {
      if (start == 0) return "it begins with a slash";
      return end == key.size() ? "it ends with a slash" : "it has two slashes in a row";
    }
    if (name == "." || name == "..") return fmt::format("it has a part \"{}\"", name);
    if (name.size() > longest_part) return fmt::format("a part of it is longer than {} bytes", longest_part);
    start = end + 1;
  }
  return std::nullopt;
}

fs::path path_below(const fs::path& folder, std::string_view key, const std::string& hint) {
  if (const auto reason = why_no_path(key)) {
    throw Error(ErrorKind::denied,
                fmt::format("the key \"{}\" cannot be the path of a file: {}", shown(key), *reason), hint);
  }
  fs::path path = folder / fs::path(std::string(key));
  std::error_code error;
  const fs::path root = fs::weakly_canonical(fs::absolute(folder.empty() ? fs::path(".") : folder), error);
  // Dangling links are followed too: writing would create the file they point to.
  const fs::path resolved =
      error ? fs::path() : fs::weakly_canonical(fs::absolute(end_of_links(path)), error);
  if (error) throw cannot_write(path, error.value());
  if (!is_within(resolved, root)) {
    throw Error(ErrorKind::denied,
                fmt::format("{} is reached through a symbolic link that leads out of the folder",
                            shown(path.native())),
                hint);
  }
  return path;
}

}  // namespace corral::r2

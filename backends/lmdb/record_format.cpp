#include "backends/lmdb/record_format.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"

namespace corral::lmdb {

bool holds_records(std::string_view database) noexcept {
  constexpr std::array<std::string_view, 3> content = {"bodies", "pages", "lists"};
  return std::find(content.begin(), content.end(), database) == content.end();
}

std::string_view without_version(std::string_view stored, const std::filesystem::path& environment) {
  if (stored.empty()) return stored;
  const auto version = static_cast<unsigned char>(stored.front());
  if (version == format_version) return stored.substr(1);
  const std::string what = fmt::format("a record in {}", shown(environment.native()));
  if (version > format_version) throw newer_format(what, version);
  throw Error(ErrorKind::corrupt, fmt::format("{} is damaged: it has the version {}", what, version),
              "restore the file from a copy; to start empty, move its folder away");
}

Error newer_format(std::string_view what, unsigned version) {
  return {ErrorKind::unavailable,
          fmt::format("{} was written by a newer corral (format {}; this one reads {})", what, version,
                      format_version),
          "update corral"};
}

}  // namespace corral::lmdb

#include "backends/registered/pulled_databases.hpp"

#include <array>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/json.hpp"
#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/files/replacement_file.hpp"

namespace corral {

namespace {

using Json = nlohmann::ordered_json;

constexpr int version = 1;
constexpr std::uint64_t largest_note = 65'536;

}  // namespace

std::optional<PulledDatabase> PulledDatabases::of(std::string_view local_id) const {
  const std::filesystem::path file = layout_.pulled("d1", local_id);
  if (!nofollow::regular_file_status(file)) return std::nullopt;
  FileSource source(nofollow::open_for_reading(file), file.native());
  const Json json = read_json(read_all(source, largest_note, file.native()));
  if (!json.is_object() || json.value("version", 0) != version) return std::nullopt;
  try {
    return PulledDatabase{.origin = json.at("origin"),
                          .request = json.at("request"),
                          .content = json.at("content"),
                          .tables = json.at("tables"),
                          .bytes = json.at("bytes")};
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

void PulledDatabases::put(std::string_view local_id, const PulledDatabase& note) const {
  const std::filesystem::path file = layout_.pulled("d1", local_id);
  nofollow::make_folders(file.parent_path());
  replace_file(file, write_json(nlohmann::json{{"version", version},
                                               {"origin", note.origin},
                                               {"request", note.request},
                                               {"content", note.content},
                                               {"tables", note.tables},
                                               {"bytes", note.bytes}}) +
                         "\n");
}

std::string content_digest(PageSource& pages) {
  struct Range {
    std::size_t from;
    std::size_t to;
  };
  constexpr std::array<Range, 4> of_the_file = {{{18, 20}, {24, 28}, {40, 44}, {92, 100}}};
  Hasher hash(HashKind::sha256);
  for (std::uint32_t number = 1; number <= pages.page_count(); ++number) {
    const std::string_view page = pages.page(number);
    if (number > 1) {
      hash.update(page);
      continue;
    }
    std::string first(page);
    for (const Range& range : of_the_file) {
      for (std::size_t at = range.from; at < range.to && at < first.size(); ++at) first[at] = '\0';
    }
    hash.update(first);
  }
  return hex(hash.digest());
}

}  // namespace corral

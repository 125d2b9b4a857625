#include "backends/corral_layout.hpp"

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"

namespace corral {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view unfinished_prefix = ".unfinished-";

/// A name for a file that stands for any text (docs/formats.md).
std::string hash32(std::string_view text) {
  constexpr std::size_t digits = 32;
  return hex(sha256(text)).substr(0, digits);
}

}  // namespace

fs::path SnapshotLayout::unfinished_state(int process) const {
  return states() / fmt::format("{}{}", unfinished_prefix, process);
}

bool SnapshotLayout::is_unfinished(std::string_view name) {
  return name.starts_with(unfinished_prefix);
}

fs::path SnapshotLayout::incoming_values(const fs::path& state) {
  return state / "incoming";
}

fs::path SnapshotLayout::restored_note(const fs::path& state) {
  return state / "restored";
}

fs::path CorralLayout::migrations_lock(std::string_view database_id) const {
  return root_ / "locks" / ("migrations-" + hash32(database_id));
}

fs::path CorralLayout::incoming(std::string_view service, std::string_view id) const {
  return incoming_folders() / fmt::format("{}-{}", service, hash32(id));
}

fs::path CorralLayout::pulled(std::string_view service, std::string_view id) const {
  return root_ / "pulled" / fmt::format("{}-{}", service, hash32(id));
}

fs::path CorralLayout::incoming_lock(const fs::path& incoming) const {
  return root_ / "locks" / ("incoming-" + incoming.filename().native());
}

}  // namespace corral

#include "backends/corral_layout.hpp"

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"

namespace corral {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view unfinished_prefix = ".unfinished-";

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
  constexpr std::size_t digits = 32;
  return root_ / "locks" / ("migrations-" + hex(sha256(database_id)).substr(0, digits));
}

}  // namespace corral

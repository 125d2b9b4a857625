#include "backends/wrangler/incoming.hpp"

#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/corral_layout.hpp"
#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"

namespace corral::wrangler {

namespace {

FileLock take_lock(const std::filesystem::path& file, std::string_view label, std::string_view id) {
  std::optional<FileLock> lock = FileLock::at_once(file);
  if (lock) return *std::move(lock);
  throw Error(ErrorKind::busy, fmt::format("{} {} is being pulled by another process", label, shown(id)),
              "run the command again when that has ended");
}

}  // namespace

IncomingFolder::IncomingFolder(const std::filesystem::path& state_root, std::string_view service,
                               std::string_view id, std::string_view label)
    : folder_(CorralLayout(state_root).incoming(service, id)),
      lock_(take_lock(CorralLayout(state_root).incoming_lock(folder_), label, id)) {}

void IncomingFolder::remove() const {
  nofollow::refuse_links(folder_);
  std::error_code error;
  std::filesystem::remove_all(folder_, error);
  if (error) throw system_error(error.value(), fmt::format("cannot remove {}", shown(folder_.native())));
}

}  // namespace corral::wrangler

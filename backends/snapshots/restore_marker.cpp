#include "backends/snapshots/restore_marker.hpp"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/files/replacement_file.hpp"
#include "backends/unknown_outcome.hpp"

namespace corral::snapshots {

namespace {

constexpr std::uint64_t max_marker_bytes = 4096;

}  // namespace

std::optional<std::string> RestoreMarker::read() const {
  FileDescriptor file = nofollow::open(file_, O_RDONLY);
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw system_error(errno, fmt::format("cannot open {}", shown(file_.native())));
  }
  FileSource source(std::move(file), file_.native());
  return read_all(source, max_marker_bytes, "the note of a restore");
}

void RestoreMarker::write(std::string_view snapshot) const {
  const auto fail = [&](ErrorKind kind, std::string_view reason) {
    take_back();
    throw Error(kind, fmt::format("the restore could not be begun: {}", reason), "nothing was changed");
  };
  try {
    replace_file(file_, snapshot);
  } catch (const UnknownOutcome& error) {
    fail(error.kind(), error.reason());
  } catch (const Error& error) {
    fail(error.kind(), error.message());
  }
}

void RestoreMarker::take_back() const noexcept {
  ::unlink(file_.c_str());
  try {
    // Otherwise the marker could reappear after a power loss and start the restore.
    flush_folder(file_.parent_path());
  } catch (const Error&) {
    return;  // the error to report is why the restore failed
  }
}

void RestoreMarker::remove(std::string_view snapshot) const {
  if (::unlink(file_.c_str()) != 0 && errno != ENOENT)
    throw system_error(errno, fmt::format("cannot remove {}", shown(file_.native())));
  try {
    flush_folder(file_.parent_path());
  } catch (const Error& error) {
    throw Error(error.kind(),
                fmt::format("snapshot \"{}\" is restored, but the disk failed to note that: {}",
                            shown(snapshot), error.message()),
                "if the machine loses power now, the next corral command may restore it again");
  }
}

}  // namespace corral::snapshots

#include "backends/snapshots/blob_shelf.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/files/replacement_file.hpp"
#include "backends/wrangler/state_tree.hpp"

namespace corral::snapshots {

namespace fs = std::filesystem;

namespace {

std::optional<std::uint64_t> size_of(const fs::path& file) {
  const auto status = nofollow::regular_file_status(file);
  if (!status) return std::nullopt;
  return static_cast<std::uint64_t>(status->st_size);
}

}  // namespace

fs::path BlobShelf::live_folder(const std::string& folder) const {
  return v3_ / folder / "blobs";
}

fs::path BlobShelf::path_of(const std::string& folder, const std::string& id) const {
  return shelf_ / folder / id;
}

void BlobShelf::check(const std::string& folder) {
  if (checked_.contains(folder)) return;
  nofollow::refuse_links(live_folder(folder));
  nofollow::refuse_links(shelf_ / folder);
  checked_.insert(folder);
}

/// Returns false if `from` is gone; an existing `to` is fine. Both folders have been checked for links.
bool BlobShelf::link_or_copy(const fs::path& from, const fs::path& to) {
  if (!nofollow::regular_file_status(from)) return false;
  if (::link(from.c_str(), to.c_str()) == 0 || errno == EEXIST) return true;
  if (errno == ENOENT) {
    nofollow::make_folders(to.parent_path());
    if (::link(from.c_str(), to.c_str()) == 0 || errno == EEXIST) return true;
  }
  FileDescriptor original = nofollow::open(from, O_RDONLY);
  if (!original && errno == ENOENT) return false;
  if (!original) throw system_error(errno, fmt::format("cannot open {}", shown(from.native())));
  FileSource source(std::move(original), from.native());
  ReplacementFile copy(to);
  std::array<char, 65'536> buffer{};
  while (const std::size_t count = source.read(buffer)) copy.write({buffer.data(), count});
  copy.commit_unflushed();
  copied_ = true;
  return true;
}

bool BlobShelf::has(const std::string& folder, const std::string& id) const {
  return size(folder, id).has_value();
}

bool BlobShelf::take(const std::string& folder, const std::string& id) {
  check(folder);
  if (has(folder, id)) return true;
  if (!link_or_copy(live_folder(folder) / id, path_of(folder, id))) return false;
  if (first_taken_.size() < flush_together_from) first_taken_.emplace_back(folder, id);
  ++taken_;
  ++moved_;
  return true;
}

void BlobShelf::give(const std::string& folder, const std::string& id) {
  check(folder);
  if (!link_or_copy(path_of(folder, id), live_folder(folder) / id)) {
    throw Error(ErrorKind::corrupt, fmt::format("the snapshot lacks the value {}", id));
  }
  ++moved_;
}

void BlobShelf::add(const fs::path& file, const std::string& folder, const std::string& id) {
  nofollow::make_folders(shelf_ / folder);
  if (::rename(file.c_str(), path_of(folder, id).c_str()) != 0) {
    throw system_error(errno, fmt::format("cannot keep the value {}", id));
  }
  ++moved_;
}

void BlobShelf::flush_taken() const {
  if (taken_ >= flush_together_from) {
    flush_file_system(shelf_);
    return;
  }
  for (const auto& [folder, id] : first_taken_) {
    const fs::path path = path_of(folder, id);
    flush_to_disk(nofollow::open_for_reading(path).get(), path.native());
    flush_folder(path.parent_path());
  }
}

std::optional<std::uint64_t> BlobShelf::size(const std::string& folder, const std::string& id) const {
  return size_of(path_of(folder, id));
}

void BlobShelf::sweep(
    const std::function<bool(const std::string& folder, const std::string& id)>& named) const {
  for (const std::string& service : nofollow::names_in(shelf_)) {
    for (const std::string& name : nofollow::names_in(shelf_ / service)) {
      const std::string folder = fmt::format("{}/{}", service, name);
      bool empty = true;
      for (const std::string& id : nofollow::names_in(shelf_ / folder)) {
        if (named(folder, id)) {
          empty = false;
        } else {
          ::unlink(path_of(folder, id).c_str());
        }
      }
      if (empty) ::rmdir((shelf_ / folder).c_str());
    }
  }
}

}  // namespace corral::snapshots

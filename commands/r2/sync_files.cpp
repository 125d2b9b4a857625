#include "commands/r2/sync_files.hpp"

#include <algorithm>
#include <array>
#include <system_error>

#include <fmt/format.h>

#include "backends/bytes/glob.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/replacement_file.hpp"

namespace corral::r2 {

namespace fs = std::filesystem;

bool SyncFilter::takes(std::string_view name) const {
  const auto matches = [&](const std::string& pattern) { return glob_matches(pattern, name); };
  // A temporary file of a killed run, here or at the object's origin.
  if (is_unfinished_name(name.substr(name.rfind('/') + 1))) return false;
  if (!include.empty() && std::none_of(include.begin(), include.end(), matches)) return false;
  return std::none_of(exclude.begin(), exclude.end(), matches);
}

std::map<std::string, LocalFile> files_below(Context& context, const fs::path& folder,
                                             const SyncFilter& filter) {
  std::map<std::string, LocalFile> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  if (error == std::errc::no_such_file_or_directory) return files;
  const std::size_t skip = (folder / "").native().size();
  for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
    context.check_interrupt();
    std::error_code unreadable;
    if (entry->is_directory(unreadable) && !entry->is_symlink(unreadable)) continue;
    const std::string name = entry->path().native().substr(skip);
    if (!filter.takes(name)) continue;
    if (!entry->is_regular_file(unreadable)) {
      context.out().warning(fmt::format("left out: {} is not a file", shown(entry->path().native())));
      continue;
    }
    files.emplace(name, LocalFile{entry->path(), entry->file_size()});
  }
  if (error) throw system_error(error.value(), fmt::format("cannot list {}", shown(folder.native())));
  return files;
}

std::map<std::string, ObjectInfo> objects_below(Context& context, ObjectStore& store,
                                                const std::string& prefix, const SyncFilter& filter) {
  std::map<std::string, ObjectInfo> objects;
  ObjectListOptions range;
  range.prefix = prefix;
  while (true) {
    context.check_interrupt();
    ObjectPage page = store.list(range);
    for (ObjectInfo& object : page.objects) {
      std::string name = object.key.substr(prefix.size());
      if (filter.takes(name)) objects.emplace_hint(objects.end(), std::move(name), std::move(object));
    }
    if (!page.cursor) return objects;
    range.cursor = *page.cursor;
  }
}

namespace {

constexpr std::size_t buffer_bytes = std::size_t{64} * 1024;

/// Fills the buffer unless the source ends first.
std::size_t read_full(ByteSource& source, std::span<char> buffer) {
  std::size_t filled = 0;
  while (const std::size_t count = source.read(buffer.subspan(filled))) filled += count;
  return filled;
}

}  // namespace

bool same_bytes(Context& context, ObjectStore& store, const ObjectInfo& object, const LocalFile& file) {
  if (object.size != file.size) return false;
  FileSource source(open_for_reading(file.path), file.path.native());
  std::array<char, buffer_bytes> ours{};
  if (!object.is_multipart()) {
    Hasher hasher(HashKind::md5);
    while (const std::size_t count = source.read(ours)) {
      hasher.update({ours.data(), count});
      context.check_interrupt();
    }
    return hex(hasher.digest()) == object.etag;
  }
  const auto body = store.get(object.key, {}, {});
  if (!body) return false;
  std::array<char, buffer_bytes> theirs{};
  while (true) {
    context.check_interrupt();
    const std::size_t count = read_full(source, ours);
    if (read_full(*body->body, theirs) != count ||
        !std::equal(ours.begin(), ours.begin() + static_cast<std::ptrdiff_t>(count), theirs.begin())) {
      return false;
    }
    if (count == 0) return true;
  }
}

}  // namespace corral::r2

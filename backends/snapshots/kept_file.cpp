#include "backends/snapshots/kept_file.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/platform/file_times.hpp"

namespace corral::snapshots {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 20U;

FileDescriptor create(const fs::path& path) {
  nofollow::make_folders(path.parent_path());
  FileDescriptor file = nofollow::open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
  if (!file) throw system_error(errno, fmt::format("cannot write {}", shown(path.native())));
  return file;
}

}  // namespace

std::string stamp_of(const fs::path& file) {
  const auto status = nofollow::status(file);
  if (!status || !S_ISREG(status->st_mode)) return {};
  const timespec modified = platform::modified_at(*status);
  return fmt::format("{}-{}-{}.{:09}", status->st_ino, status->st_size, modified.tv_sec, modified.tv_nsec);
}

KeptFileWriter::KeptFileWriter(const fs::path& snapshot, std::string file)
    : path_(snapshot / file), file_(create(path_)), flush_(file_.get()), hash_(HashKind::sha256) {
  kept_.file = std::move(file);
}

void KeptFileWriter::write(std::string_view bytes) {
  buffer_ += bytes;
  if (buffer_.size() >= buffer_bytes) write_out();
}

void KeptFileWriter::write_out() {
  hash_.update(buffer_);
  write_fully(file_.get(), buffer_, path_.native());
  kept_.bytes += buffer_.size();
  buffer_.clear();
  flush_.wrote(kept_.bytes, path_.native());
}

KeptFile KeptFileWriter::finish(bool flush) {
  write_out();
  flush_.finish(path_.native());
  if (flush) flush_to_disk(file_.get(), path_.native());
  kept_.sha256 = hex(hash_.digest());
  kept_.stamp = stamp_of(path_);
  return std::move(kept_);
}

KeptFile share(const fs::path& from_snapshot, const KeptFile& kept, const fs::path& to_snapshot,
               const std::string& file) {
  const fs::path from = from_snapshot / kept.file;
  const fs::path to = to_snapshot / file;
  nofollow::make_folders(to.parent_path());
  nofollow::refuse_links(from);
  if (::link(from.c_str(), to.c_str()) == 0) {
    KeptFile same = kept;
    same.file = file;
    return same;
  }
  KeptFileWriter copy(to_snapshot, file);
  FileSource source(nofollow::open_for_reading(from), from.native());
  std::vector<char> buffer(buffer_bytes);
  while (const std::size_t count = source.read(buffer)) copy.write({buffer.data(), count});
  return copy.finish(true);
}

bool same_bytes(const fs::path& first, const fs::path& second) {
  FileSource a(nofollow::open_for_reading(first), first.native());
  FileSource b(nofollow::open_for_reading(second), second.native());
  if (a.remaining() != b.remaining()) return false;
  std::array<char, 65'536> left{};
  std::array<char, 65'536> right{};
  while (const std::size_t count = a.read(left)) {
    if (b.read(right) != count || std::memcmp(left.data(), right.data(), count) != 0) return false;
  }
  return true;
}

void check_content(const fs::path& snapshot, const KeptFile& kept) {
  const fs::path path = snapshot / kept.file;
  FileSource source(nofollow::open_for_reading(path), path.native());
  Hasher hash(HashKind::sha256);
  std::vector<char> buffer(buffer_bytes);
  std::uint64_t bytes = 0;
  while (const std::size_t count = source.read(buffer)) {
    hash.update({buffer.data(), count});
    bytes += count;
  }
  if (bytes != kept.bytes || hex(hash.digest()) != kept.sha256) {
    throw Error(ErrorKind::corrupt, fmt::format("the snapshot is damaged: {}", shown(path.native())),
                "nothing was changed; take another snapshot, and 'corral state delete' this one");
  }
}

void check_kept(const fs::path& snapshot, const KeptFile& kept) {
  const std::string stamp = stamp_of(snapshot / kept.file);
  if (stamp.empty()) {
    nofollow::regular_file_status(snapshot / kept.file);
    throw Error(ErrorKind::corrupt,
                fmt::format("the snapshot is damaged: {} is missing", shown((snapshot / kept.file).native())),
                "nothing was changed; take another snapshot, and 'corral state delete' this one");
  }
  if (stamp != kept.stamp) check_content(snapshot, kept);
}

}  // namespace corral::snapshots

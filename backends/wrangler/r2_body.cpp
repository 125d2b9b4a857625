#include "backends/wrangler/r2_body.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral::wrangler {

namespace {

constexpr std::size_t opened_beforehand = 256;

}  // namespace

std::unique_ptr<StoredBody> StoredBody::open(const BlobStore& blobs, const StoredObject& object,
                                             std::uint64_t offset, std::uint64_t length) {
  std::unique_ptr<StoredBody> body(new StoredBody(blobs, object.info.key, length));
  std::uint64_t begin = 0;
  for (const StoredPart& part : object.parts) {
    const std::uint64_t from = std::max(begin, offset);
    const std::uint64_t to = std::min(begin + part.size, offset + length);
    if (from < to) body->pieces_.push_back({part.blob_id, from - begin, to - from, {}});
    begin += part.size;
  }
  if (offset + length > begin) {
    throw Error(ErrorKind::corrupt, fmt::format("the object \"{}\" has {} bytes, but its parts only {}",
                                                shown(object.info.key), object.info.size, begin));
  }
  const std::size_t count = std::min(body->pieces_.size(), opened_beforehand);
  for (std::size_t i = 0; i < count; ++i) {
    body->pieces_[i].file = blobs.open(body->pieces_[i].blob_id);
    if (!body->pieces_[i].file) return nullptr;
  }
  // An empty object has a blob too; if it is missing, the object is "not found" like any other.
  if (object.parts.empty() || (length == 0 && !blobs.size(object.parts.front().blob_id))) return nullptr;
  return body;
}

StoredBody::Piece* StoredBody::current() {
  while (current_ < pieces_.size() && pieces_[current_].length == 0) {
    pieces_[current_].file = {};
    ++current_;
  }
  if (current_ == pieces_.size()) return nullptr;
  Piece& piece = pieces_[current_];
  if (!piece.file) piece.file = blobs_.open(piece.blob_id);
  if (!piece.file) {
    throw Error(ErrorKind::conflict, fmt::format("the object \"{}\" changed while it was read", shown(key_)),
                "run the command again");
  }
  return &piece;
}

FileBackedSource::Range StoredBody::take_range() {
  Piece* const piece = current();
  if (piece == nullptr) return {};
  const Range range{piece->file.get(), piece->offset, piece->length};
  left_ -= piece->length;
  piece->offset += piece->length;
  piece->length = 0;
  return range;
}

std::size_t StoredBody::read(std::span<char> buffer) {
  Piece* const found = buffer.empty() ? nullptr : current();
  if (found == nullptr) return 0;
  Piece& piece = *found;
  const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), piece.length);
  ssize_t count = -1;
  do {
    count = ::pread(piece.file.get(), buffer.data(), wanted, static_cast<off_t>(piece.offset));
  } while (count < 0 && errno == EINTR);
  if (count < 0) throw system_error(errno, fmt::format("cannot read the object {}", shown(key_)));
  if (count == 0) {
    throw Error(ErrorKind::corrupt,
                fmt::format("the object \"{}\" is shorter on disk than it should be", shown(key_)));
  }
  const auto advanced = static_cast<std::uint64_t>(count);
  piece.offset += advanced;
  piece.length -= advanced;
  left_ -= advanced;
  return advanced;
}

}  // namespace corral::wrangler

// The writes of AccountObjectStore.
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/cloudflare/api_codes.hpp"
#include "backends/cloudflare/api_error.hpp"
#include "backends/cloudflare/multipart_upload.hpp"
#include "backends/cloudflare/object_headers.hpp"
#include "backends/cloudflare/object_store.hpp"
#include "backends/cloudflare/part_source.hpp"
#include "backends/error.hpp"
#include "backends/files/spool.hpp"
#include "backends/http/client.hpp"

namespace corral::cloudflare {

namespace {

constexpr std::size_t parts_at_once = 6;

/// Compares the expected hashes of a body with its real ones, while it is read or beforehand.
class VerifiedSource final : public ByteSource {
 public:
  VerifiedSource(ByteSource& body, const ObjectChecksums& expected) : body_(body), expected_(expected) {
    for (const HashKind kind : hash_kinds) {
      if (expected.of(kind)) hashers_.emplace_back(kind, Hasher(kind));
    }
  }

  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = body_.read(buffer);
    for (auto& [kind, hasher] : hashers_) hasher.update({buffer.data(), count});
    return count;
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return body_.remaining(); }

  void read_all() {
    std::array<char, 65'536> buffer{};
    while (!hashers_.empty() && read(buffer) > 0) {
    }
  }

  /// Checks what has been read. Throws `conflict`.
  void compare() {
    for (auto& [kind, hasher] : hashers_) {
      const std::string found = hex(hasher.digest());
      if (found == *expected_.of(kind)) continue;
      throw Error(ErrorKind::conflict,
                  fmt::format("the body's {} is {}, not {}", name_of(kind), found, *expected_.of(kind)));
    }
  }

 private:
  ByteSource& body_;
  const ObjectChecksums& expected_;
  std::vector<std::pair<HashKind, Hasher>> hashers_;
};

void verify(const ObjectChecksums& expected, ByteSource& body) {
  VerifiedSource verified(body, expected);
  verified.read_all();
  verified.compare();
}

void apply_made(const S3Made& made, ObjectInfo& object) {
  object.etag = made.etag;
  object.version = made.version;
}

/// Whether an object has the requested metadata. The service may choose a content type if none is requested.
bool has_metadata(const ObjectInfo& object, const ObjectWrite& write) {
  HttpMetadata found = object.http;
  HttpMetadata wanted = write.http;
  if (!wanted.content_type) found.content_type.reset();
  for (HttpMetadata* const http : {&found, &wanted}) {
    if (http->cache_expiry) *http->cache_expiry /= one_second;
  }
  CustomMetadata found_custom = object.custom;
  CustomMetadata wanted_custom = write.custom;
  std::sort(found_custom.begin(), found_custom.end());
  std::sort(wanted_custom.begin(), wanted_custom.end());
  return found == wanted && found_custom == wanted_custom &&
         (!write.storage_class || object.storage_class == write.storage_class);
}

}  // namespace

/// A call that writes or deletes an object. If the bucket has a data catalog, the API refuses it where that
/// check is requested, and it is sent again once the user has agreed.
Answer AccountObjectStore::change(Call call) {
  for (http::Header& header : common_headers()) call.headers.push_back(std::move(header));
  const auto is_confirmed = [this] {
    const std::scoped_lock lock(catalog_mutex_);
    return catalog_confirmed_;
  };
  if (!access_.confirm_catalog_change || is_confirmed()) return session_->api().call(call);
  call.headers.push_back({"cf-r2-data-catalog-check", "true"});
  try {
    return session_->api().call(call);
  } catch (const ApiError& error) {
    if (error.code() != code::r2_data_catalog) throw;
  }
  {
    const std::scoped_lock lock(catalog_mutex_);
    if (!catalog_confirmed_) access_.confirm_catalog_change();
    catalog_confirmed_ = true;
  }
  call.headers.pop_back();
  return session_->api().call(call);
}

/// The S3 endpoint has no such check, so it is made by deleting a key that does not exist.
void AccountObjectStore::confirm_catalog_change() {
  if (!access_.confirm_catalog_change || session_->credential() == nullptr) return;
  {
    const std::scoped_lock lock(catalog_mutex_);
    if (catalog_checked_) return;
  }
  erase_key(".corral-catalog-check-" + random_hex(16));
  const std::scoped_lock lock(catalog_mutex_);
  catalog_checked_ = true;
}

/// Whether the write's conditions hold for the present object.
bool AccountObjectStore::are_met(const ObjectWrite& write) {
  if (write.conditions.etag_matches.empty() && write.conditions.etag_does_not_match.empty()) return true;
  const std::optional<ObjectInfo> present = head(write.key);
  return hold(write.conditions, present ? &*present : nullptr);
}

std::optional<ObjectInfo> AccountObjectStore::put(const ObjectWrite& write, ByteSource& body,
                                                  UnixMillis now) {
  check_object_write(write);
  ObjectInfo stored;
  stored.key = write.key;
  stored.uploaded = now;
  stored.http = write.http;
  stored.custom = write.custom;
  stored.storage_class = write.storage_class;
  const std::uint64_t most = std::min(write.part_size, largest_upload);
  try {
    if (body.remaining() > most) return put_in_parts(write, body, std::move(stored));
    if (!are_met(write)) return std::nullopt;
    if (body.remaining() && body.rewind()) return put_at_once(write, body, std::move(stored));
    NextBytes start(body, most + 1);
    const RereadableInput spooled(start, fmt::format("the body of \"{}\"", shown(write.key)));
    const std::unique_ptr<ByteSource> copy = spooled.read_again();
    if (spooled.size() <= most) return put_at_once(write, *copy, std::move(stored));
    JoinedSource whole(*copy, body);
    return put_in_parts(write, whole, std::move(stored));
  } catch (const S3Error& error) {
    if (error.code() == "NoSuchBucket") throw bucket_not_found();
    throw;
  }
}

/// Uses the REST API, or the S3 endpoint for metadata that the REST API does not accept.
ObjectInfo AccountObjectStore::put_at_once(const ObjectWrite& write, ByteSource& body, ObjectInfo stored) {
  stored.size = body.remaining().value_or(0);
  verify(write.checksums, body);
  if (!write.custom.empty()) {
    confirm_catalog_change();
    HashedSource hashed(body);
    const S3Answer answer = s3_->call({.method = "PUT",
                                       .key = write.key,
                                       .headers = s3_headers_of(write),
                                       .stream = &hashed,
                                       .repeatable = true});
    apply_made(made_of(answer.headers), stored);
    if (stored.etag == hashed.md5()) return stored;
    throw Error(
        ErrorKind::corrupt,
        fmt::format("\"{}\" arrived damaged: its MD5 there is {}", shown(write.key), shown(stored.etag)),
        "run the command again");
  }
  try {
    const Answer answer = change({.method = "PUT",
                                  .path = path_of(write.key),
                                  .stream = &body,
                                  .headers = headers_of(write),
                                  .repeatable = true});
    apply_answer(answer.result, stored);
  } catch (const ApiError& error) {
    if (error.status() == http::status::not_found) throw bucket_not_found();
    throw;
  }
  return stored;
}

/// Uploads that run in parallel share the limit of parts in flight.
std::optional<ObjectInfo> AccountObjectStore::put_in_parts(const ObjectWrite& write, ByteSource& body,
                                                           ObjectInfo stored) {
  if (!are_met(write)) return std::nullopt;
  s3_->prepare();
  confirm_catalog_change();
  const bool is_file = body.section(0, 0) != nullptr;
  VerifiedSource verified(body, write.checksums);
  if (is_file) {
    verified.read_all();
    verified.compare();
    body.rewind();
  }
  const Places::Lease places = upload_places_.take(parts_at_once);
  const auto may_complete = [&] {
    if (!is_file) verified.compare();
    return are_met(write);
  };
  const auto object = upload_in_parts(*s3_, write, is_file ? body : verified, places.count(), may_complete);
  if (!object) return std::nullopt;
  if (object->was_begun) require_metadata(write);
  apply_made(object->made, stored);
  stored.size = object->size;
  return stored;
}

/// An upload keeps the metadata of the run that began it.
void AccountObjectStore::require_metadata(const ObjectWrite& write) {
  if (session_->credential() == nullptr) return;
  const std::optional<ObjectInfo> object = head(write.key);
  if (!object || has_metadata(*object, write)) return;
  throw Error(ErrorKind::conflict,
              fmt::format("\"{}\" is stored, but with the metadata of the run that began to upload it",
                          shown(write.key)),
              "run the command again to store it with other metadata");
}

}  // namespace corral::cloudflare

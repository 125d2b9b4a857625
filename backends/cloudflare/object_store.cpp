#include "backends/cloudflare/object_store.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/cloudflare/api_error.hpp"
#include "backends/cloudflare/object_bodies.hpp"
#include "backends/cloudflare/object_headers.hpp"
#include "backends/error.hpp"
#include "backends/files/spool.hpp"
#include "backends/http/url.hpp"
#include "backends/jobs/parallel_jobs.hpp"

namespace corral::cloudflare {

namespace {

constexpr int no_such_bucket = 10006;
constexpr int catalog_conflict = 10081;
constexpr int status_not_found = 404;
constexpr int status_range_not_satisfiable = 416;
/// As wrangler writes them.
constexpr std::size_t calls_at_once = 20;

/// Writes each object as it is put.
class AccountObjectBatch final : public ObjectBatch {
 public:
  explicit AccountObjectBatch(ObjectStore& store) : store_(store) {}
  void put(const ObjectWrite& write, ByteSource& body, UnixMillis now) override {
    store_.put(write, body, now);
  }
  void commit() override {}

 private:
  ObjectStore& store_;
};

/// Compares the hashes that the body must have with those that it has. Throws conflict.
void verify(const ObjectChecksums& expected, ByteSource& body) {
  std::vector<std::pair<HashKind, Hasher>> hashers;
  for (const HashKind kind : hash_kinds) {
    if (expected.of(kind)) hashers.emplace_back(kind, Hasher(kind));
  }
  if (hashers.empty()) return;
  std::array<char, 65'536> buffer{};
  while (const std::size_t count = body.read(buffer)) {
    for (auto& [kind, hasher] : hashers) hasher.update({buffer.data(), count});
  }
  for (auto& [kind, hasher] : hashers) {
    const std::string found = hex(hasher.digest());
    if (found == *expected.of(kind)) continue;
    throw Error(ErrorKind::conflict,
                fmt::format("the body's {} is {}, not {}", name_of(kind), found, *expected.of(kind)));
  }
}

bool is_unconditional(const ObjectConditions& conditions) {
  return conditions.etag_matches.empty() && conditions.etag_does_not_match.empty();
}

}  // namespace

AccountObjectStore::AccountObjectStore(std::shared_ptr<Session> session, std::string bucket,
                                       BucketAccess access)
    : session_(std::move(session)), bucket_(std::move(bucket)), access_(std::move(access)) {}

/// Locks are the service's own.
void AccountObjectStore::guard(std::shared_ptr<const ObjectGuard> /*guard*/) {}

std::string AccountObjectStore::base() const {
  return session_->account_path() + "/r2/buckets/" + http::path_segment(bucket_) + "/objects";
}

std::string AccountObjectStore::path_of(std::string_view key) const {
  return base() + "/" + object_path(key);
}

std::vector<http::Header> AccountObjectStore::common_headers() const {
  if (!access_.jurisdiction) return {};
  return {{"cf-r2-jurisdiction", *access_.jurisdiction}};
}

Error AccountObjectStore::bucket_not_found() const {
  return {
      ErrorKind::not_found,
      fmt::format("there is no R2 bucket {}{} in account {}", shown(bucket_),
                  access_.jurisdiction ? fmt::format(" in the jurisdiction {}", shown(*access_.jurisdiction))
                                       : std::string(),
                  session_->account().id),
      access_.jurisdiction ? "check the name, and with 'corral whoami' the account"
                           : "check the name, and with 'corral whoami' the account; a bucket in a "
                             "jurisdiction needs --jurisdiction"};
}

/// A call that writes or removes an object. Where asked for, it is refused if the bucket has a data catalog,
/// and sent again once the user has agreed.
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
    if (error.code() != catalog_conflict) throw;
  }
  {
    const std::scoped_lock lock(catalog_mutex_);
    if (!catalog_confirmed_) access_.confirm_catalog_change();
    catalog_confirmed_ = true;
  }
  call.headers.pop_back();
  return session_->api().call(call);
}

/// From a list, which alone has all of an object's metadata: a key is the first of those that start with it.
std::optional<ObjectInfo> AccountObjectStore::head(std::string_view key) {
  check_object_key(key);
  ObjectListOptions options;
  options.prefix = key;
  options.limit = 1;
  ObjectPage found = page(options);
  if (found.objects.empty() || found.objects.front().key != key) return std::nullopt;
  return std::move(found.objects.front());
}

std::optional<ObjectBody> AccountObjectStore::get(std::string_view key,
                                                  const std::optional<ObjectRange>& range,
                                                  const ObjectConditions& conditions) {
  check_object_key(key);
  Call call{.path = path_of(key), .headers = common_headers()};
  if (const auto text = range ? range_header(*range) : std::nullopt) call.headers.push_back({"range", *text});
  std::unique_ptr<http::Response> response;
  try {
    response = session_->api().fetch(call);
  } catch (const ApiError& error) {
    if (error.code() == no_such_bucket) throw bucket_not_found();
    if (error.status() == status_not_found) return std::nullopt;
    if (error.status() == status_range_not_satisfiable) {
      throw Error(ErrorKind::invalid_input,
                  fmt::format("the range begins past the end of \"{}\"", shown(key)));
    }
    throw;
  }
  ObjectInfo info = object_of(key, *response);
  if (!hold(conditions, &info)) {
    ObjectBody refused;
    static_cast<ObjectInfo&>(refused) = std::move(info);
    return refused;
  }
  return body_of(std::move(info), std::move(response), range);
}

std::optional<ObjectInfo> AccountObjectStore::put(const ObjectWrite& write, ByteSource& body,
                                                  UnixMillis now) {
  check_object_write(write);
  if (!write.custom.empty()) {
    throw Error(ErrorKind::unavailable,
                fmt::format("\"{}\" cannot be stored with custom metadata in an account", shown(write.key)),
                "Cloudflare's REST API takes none; leave --metadata out");
  }
  std::unique_ptr<ByteSource> spooled;
  if (!body.remaining() || !body.rewind())
    spooled = RereadableInput(body, fmt::format("the body of \"{}\"", shown(write.key))).read_again();
  ByteSource& source = spooled ? *spooled : body;
  ObjectInfo stored;
  stored.key = write.key;
  stored.size = source.remaining().value_or(0);
  stored.uploaded = now;
  stored.http = write.http;
  if (stored.size > largest_upload) {
    throw Error(ErrorKind::limit,
                fmt::format("\"{}\" is {} bytes long; Cloudflare's REST API takes {}", shown(write.key),
                            stored.size, largest_upload),
                "larger objects go through R2's S3 endpoint, with 'aws s3 cp' or rclone");
  }
  if (!is_unconditional(write.conditions)) {
    const std::optional<ObjectInfo> present = head(write.key);
    if (!hold(write.conditions, present ? &*present : nullptr)) return std::nullopt;
  }
  verify(write.checksums, source);
  try {
    const Answer answer = change({.method = "PUT",
                                  .path = path_of(write.key),
                                  .stream = &source,
                                  .headers = headers_of(write),
                                  .repeatable = true});
    apply_answer(answer.result, stored);
  } catch (const ApiError& error) {
    if (error.status() == status_not_found) throw bucket_not_found();
    throw;
  }
  return stored;
}

std::unique_ptr<ObjectBatch> AccountObjectStore::begin_batch() {
  return std::make_unique<AccountObjectBatch>(*this);
}

std::optional<ObjectFiles> AccountObjectStore::files(std::string_view /*key*/) {
  throw Error(ErrorKind::unavailable, "an account's objects are in no files");
}

std::optional<ObjectInfo> AccountObjectStore::copy_from(ObjectStore& source, std::string_view key,
                                                        const ObjectWrite& write, bool replace_metadata,
                                                        UnixMillis now) {
  const std::optional<ObjectInfo> original = source.head(key);
  if (!original) return std::nullopt;
  ObjectWrite copy = write;
  copy.checksums = {};
  if (!replace_metadata) {
    copy.http = original->http;
    copy.custom = original->custom;
  }
  if (!copy.storage_class) copy.storage_class = original->storage_class;
  if (!is_unconditional(copy.conditions)) {
    const std::optional<ObjectInfo> present = head(copy.key);
    if (!hold(copy.conditions, present ? &*present : nullptr)) return std::nullopt;
    copy.conditions = {};
  }
  const std::optional<ObjectBody> object = source.get(key, {}, {});
  if (!object) return std::nullopt;
  if (object->etag != original->etag) {
    throw Error(ErrorKind::conflict,
                fmt::format("\"{}\" was overwritten while it was being copied", shown(key)), "try again");
  }
  return put(copy, *object->body, now);
}

bool AccountObjectStore::rename(std::string_view from, std::string_view to, UnixMillis now) {
  check_object_key(to);
  const std::optional<ObjectInfo> original = head(from);
  if (!original) return false;
  if (from == to) return true;
  ObjectWrite write;
  write.key = to;
  if (!copy_from(*this, from, write, false, now)) return false;
  if (erase_unchanged(*original)) return true;
  throw Error(ErrorKind::conflict,
              fmt::format("\"{}\" was overwritten while it was being moved", shown(from)),
              "its older state was copied, and the new one was left in place");
}

void AccountObjectStore::erase_key(std::string_view key) {
  try {
    change({.method = "DELETE", .path = path_of(key), .repeatable = true});
  } catch (const ApiError& error) {
    if (error.code() == no_such_bucket) throw bucket_not_found();
    if (error.status() != status_not_found) throw;
  }
}

std::size_t AccountObjectStore::erase(std::span<const std::string> keys) {
  for (const std::string& key : keys) check_object_key(key);
  std::atomic<std::size_t> erased = 0;
  try {
    ParallelJobs jobs(std::min(keys.size(), calls_at_once));
    for (const std::string& key : keys) {
      session_->check_interrupt();
      jobs.add([this, &key, &erased] {
        erase_key(key);
        ++erased;
      });
    }
    jobs.finish();
  } catch (const Error& error) {
    if (keys.size() == 1) throw;
    throw Error(error.kind(),
                fmt::format("{} ({} of {} objects were deleted)", error.message(), erased, keys.size()),
                error.hint());
  }
  return keys.size();
}

bool AccountObjectStore::erase_unchanged(const ObjectInfo& seen) {
  const std::optional<ObjectInfo> present = head(seen.key);
  if (!present || present->etag != seen.etag || present->uploaded != seen.uploaded) return false;
  erase_key(seen.key);
  return true;
}

std::vector<MultipartUpload> AccountObjectStore::uploads() {
  throw Error(ErrorKind::unavailable, "Cloudflare's REST API does not show multipart uploads");
}

bool AccountObjectStore::abort_upload(std::string_view /*id*/) {
  throw Error(ErrorKind::unavailable, "Cloudflare's REST API does not show multipart uploads");
}

BucketUsage AccountObjectStore::usage() {
  BucketUsage usage;
  ObjectListOptions range;
  while (true) {
    const ObjectPage found = page(range);
    usage.objects += found.objects.size();
    for (const ObjectInfo& object : found.objects) usage.bytes += object.size;
    if (!found.cursor) return usage;
    range.cursor = *found.cursor;
  }
}

std::string AccountObjectStore::location() const {
  return fmt::format("R2 bucket {} of account {}", bucket_, session_->account().id);
}

ObjectTraits AccountObjectStore::traits() const {
  return {.atomic = false,
          .counts_erased = false,
          .sets_time = false,
          .custom_metadata = false,
          .keeps_checksums = false,
          .multipart = false,
          .enforces_rules = true,
          .at_once = calls_at_once};
}

}  // namespace corral::cloudflare

#include "backends/cloudflare/object_store.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/cloudflare/api_codes.hpp"
#include "backends/cloudflare/api_error.hpp"
#include "backends/cloudflare/object_bodies.hpp"
#include "backends/cloudflare/object_headers.hpp"
#include "backends/cloudflare/ranged_download.hpp"
#include "backends/cloudflare/s3_uploads.hpp"
#include "backends/error.hpp"
#include "backends/http/client.hpp"
#include "backends/http/url.hpp"
#include "backends/jobs/parallel_jobs.hpp"

namespace corral::cloudflare {

namespace {

/// As wrangler writes them.
constexpr std::size_t calls_at_once = 20;

/// So many objects of a run are read by the REST API, which needs no keys but takes 1,200 requests in five
/// minutes; more by the S3 endpoint, if there are keys for that.
constexpr std::size_t reads_by_rest = 100;

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

/// Where the API is not Cloudflare's, neither is the endpoint.
bool has_s3_endpoint(const Session& session) {
  const Variables& variables = session.variables();
  return variables.text("AWS_ENDPOINT_URL_S3") || !variables.text("CLOUDFLARE_API_BASE_URL");
}

}  // namespace

AccountObjectStore::AccountObjectStore(std::shared_ptr<Session> session, std::string bucket,
                                       BucketAccess access)
    : session_(std::move(session)),
      bucket_(std::move(bucket)),
      access_(std::move(access)),
      s3_(std::make_shared<S3Client>(session_, bucket_, access_.jurisdiction)),
      reads_by_s3_(has_s3_endpoint(*session_)) {}

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
  if (!range && conditions.empty() && ++reads_ > reads_by_rest && reads_by_s3_) {
    if (auto object = get_by_s3(key)) return object;
  }
  Call call{.path = path_of(key), .headers = common_headers()};
  if (const auto text = range ? range_header(*range) : std::nullopt) call.headers.push_back({"range", *text});
  std::unique_ptr<http::Response> response;
  try {
    response = session_->api().fetch(call);
  } catch (const ApiError& error) {
    if (error.code() == code::r2_no_such_bucket) throw bucket_not_found();
    if (error.status() == http::status::not_found) return std::nullopt;
    if (error.status() == http::status::range_not_satisfiable) {
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
  ObjectBody object = body_of(std::move(info), std::move(response), range);
  if (object.length > largest_upload && !object.etag.empty()) read_in_parallel(object);
  return object;
}

/// nullopt: there is no such object, or there are no keys for this.
std::optional<ObjectBody> AccountObjectStore::get_by_s3(std::string_view key) {
  try {
    std::unique_ptr<http::Response> response = s3_->fetch({.key = std::string(key)});
    ObjectInfo info = object_of(key, *response);
    return body_of(std::move(info), std::move(response), std::nullopt);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    const auto* const refusal = dynamic_cast<const S3Error*>(&error);
    if (refusal != nullptr && refusal->status() == http::status::not_found) return std::nullopt;
    reads_by_s3_ = false;
    session_->log(fmt::format("objects are not read by the S3 endpoint: {}", error.message()));
    return std::nullopt;
  }
}

/// Replaces a body by one that reads ranges from the S3 endpoint, if there are keys for that and no other
/// download is doing so; else the body stays what it is, one stream.
void AccountObjectStore::read_in_parallel(ObjectBody& object) {
  constexpr std::size_t ranges_at_once = 4;
  Places::Lease places = download_places_.take(ranges_at_once);
  if (places.count() < 2) return;
  try {
    s3_->call({.method = "HEAD", .key = object.key, .headers = {{"If-Match", '"' + object.etag + '"'}}});
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    session_->log(fmt::format("not read in ranges: {}", error.message()));
    return;
  }
  object.body =
      read_in_ranges(s3_, {object.key, object.etag, object.offset, object.length}, std::move(places));
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
  if (!are_met(copy)) return std::nullopt;
  copy.conditions = {};
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
    if (error.code() == code::r2_no_such_bucket) throw bucket_not_found();
    if (error.status() != http::status::not_found) throw;
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
  try {
    const std::vector<S3Upload> found = list_uploads(*s3_, {});
    std::vector<MultipartUpload> uploads(found.size());
    ParallelJobs jobs(std::min(found.size(), calls_at_once));
    for (std::size_t i = 0; i < found.size(); ++i) {
      session_->check_interrupt();
      jobs.add([this, &upload = found[i], &shown = uploads[i]] {
        shown.id = upload.id;
        shown.key = upload.key;
        if (upload.started > 0) shown.started = upload.started;
        for (const auto& [number, part] : list_parts(*s3_, upload)) {
          ++shown.parts;
          shown.bytes += part.size;
        }
      });
    }
    jobs.finish();
    return uploads;
  } catch (const S3Error& error) {
    if (error.code() == "NoSuchBucket") throw bucket_not_found();
    throw;
  }
}

bool AccountObjectStore::abort_upload(std::string_view id) {
  try {
    for (const S3Upload& upload : list_uploads(*s3_, {}))
      if (upload.id == id) return cloudflare::abort_upload(*s3_, upload);
    return false;
  } catch (const S3Error& error) {
    if (error.code() == "NoSuchBucket") throw bucket_not_found();
    throw;
  }
}

std::optional<std::string> AccountObjectStore::presigned_url(std::string_view method, std::string_view key,
                                                             std::int64_t seconds) {
  return s3_->presigned_url({.method = std::string(method), .key = std::string(key)}, seconds);
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
          .keeps_checksums = false,
          .counts_uploads = false,
          .enforces_rules = true,
          .at_once = calls_at_once};
}

}  // namespace corral::cloudflare

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/bytes/byte_stream.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/object_info.hpp"

namespace corral {

class StringSpool;

class MultipartUploads;

/// A byte range, with the semantics of R2's `range`: `length` bytes (default: to the end) from `offset`
/// (default: 0), or the last `suffix` bytes, which excludes the other two.
struct ObjectRange {
  std::optional<std::uint64_t> offset;
  std::optional<std::uint64_t> length;
  std::optional<std::uint64_t> suffix;
};

/// Resolves a range to offset and length for an object of `size` bytes, clamping it to the end. Throws
/// invalid_input if it begins at or past the end (an empty object can only be read whole), or if the length
/// or suffix is 0.
std::pair<std::uint64_t, std::uint64_t> resolve_range(const ObjectRange& range, std::uint64_t size);

/// Preconditions of a read or write; an empty list imposes none. Etags are compared without quotes; "*"
/// matches any. Times are compared by the second, as HTTP has them, and hold if there is no object.
struct ObjectConditions {
  std::vector<std::string> etag_matches = {};         ///< the object exists and its etag is one of these
  std::vector<std::string> etag_does_not_match = {};  ///< no object exists, or its etag is not among these
  std::optional<UnixMillis> not_written_since = {};   ///< If-Unmodified-Since
  std::optional<UnixMillis> written_since = {};       ///< If-Modified-Since

  [[nodiscard]] bool empty() const {
    return etag_matches.empty() && etag_does_not_match.empty() && !not_written_since && !written_since;
  }
};

/// Whether the conditions hold for the object; nullptr: no such object.
bool hold(const ObjectConditions& conditions, const ObjectInfo* object);

/// An object with its bytes, or those of the requested range.
struct ObjectBody : ObjectInfo {
  std::uint64_t offset = 0;          ///< offset of `body` within the object
  std::uint64_t length = 0;          ///< bytes in `body`
  std::unique_ptr<ByteSource> body;  ///< nullptr: a precondition failed
};

/// What a put stores in addition to the bytes.
struct ObjectWrite {
  std::string key;
  HttpMetadata http;
  CustomMetadata custom;  ///< in the order given
  /// Expected hashes of the body; verified and stored with the object.
  ObjectChecksums checksums;
  ObjectConditions conditions;
  std::optional<std::string> storage_class;  ///< nullopt: the bucket's; not stored locally
  /// Part size in bytes, 5 MiB to 5 GiB - 5 MiB; a body larger than one part becomes a multipart object.
  std::uint64_t part_size = r2_max_part_bytes;
  /// The object's version, 32 hex digits; nullopt: a new one. Stores whose service makes them ignore it.
  std::optional<std::string> version = {};
  /// Called once the body has been read to its end, to add checksums that are known only then, and are stored
  /// unverified. Empty if absent.
  std::function<void(ObjectChecksums&)> add_checksums = {};
};

/// Throws limit or invalid_input unless key, custom metadata and part size keep R2's rules.
void check_object_write(const ObjectWrite& write);

struct ObjectListOptions {
  std::string prefix;  ///< literal bytes; empty: all keys
  std::string
      delimiter;  ///< keys containing it after the prefix are grouped into `prefixes`; empty if absent
  std::string start_after;  ///< only keys greater than this; empty: from the first
  std::string cursor;       ///< resume after the page that returned it; takes precedence over start_after
  std::size_t limit = r2_max_list;  ///< maximum objects plus prefixes per page, at least 1
};

struct ObjectPage {
  std::vector<ObjectInfo> objects;    ///< in byte order of the key
  std::vector<std::string> prefixes;  ///< grouped keys, up to and including the delimiter, in byte order
  std::optional<std::string> cursor;  ///< opaque bytes; nullopt: last page
};

/// A multipart upload that was neither completed nor aborted.
struct MultipartUpload {
  std::string id;
  std::string key;
  std::uint64_t parts = 0;
  std::uint64_t bytes = 0;
  /// When it began, or its first part was written; nullopt: not known.
  std::optional<UnixMillis> started;
};

/// A file that holds one part of an object. Immutable; removed together with the object.
struct ObjectPart {
  std::filesystem::path file;
  std::uint64_t size = 0;
  std::string md5;  ///< in hex; empty unless the object is multipart
};

/// An object and the files that hold its bytes, for copying without reading them.
struct ObjectFiles {
  ObjectInfo info;
  std::vector<ObjectPart> parts;  ///< in order; exactly one unless multipart
  bool multipart = false;
};

struct BucketUsage {
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;    ///< total size of the objects
  std::uint64_t uploads = 0;  ///< multipart uploads in progress
  std::uint64_t upload_parts = 0;
  std::uint64_t upload_bytes = 0;
};

/// Can veto overwriting, moving or deleting an existing object; implements bucket locks. Called within the
/// transaction of the change, which is rolled back if it throws.
class ObjectGuard {
 public:
  virtual ~ObjectGuard() = default;
  /// Throws denied if the object must not be changed.
  virtual void check(const ObjectInfo& object) const = 0;
};

/// What differs between stores by nature. The defaults are what the rest of this file promises.
struct ObjectTraits {
  /// false: a batch writes each object as it is put, a rename copies and then deletes, several keys are
  /// erased one by one, and conditions are checked before a change, not with it.
  bool atomic = true;
  bool counts_erased = true;    ///< false: `erase` takes every key for one that existed
  bool sets_time = true;        ///< false: `uploaded` is by the service's clock, not the caller's
  bool keeps_checksums = true;  ///< false: they are compared with the body, and not stored
  bool counts_uploads = true;   ///< false: `usage` leaves multipart uploads out
  /// true: locks and notifications are the service's own doing; `guard` does nothing.
  bool enforces_rules = false;
  /// How many objects to read or write at once: reading, too, may then be done by any thread. 0: one by one,
  /// as one transaction.
  std::size_t at_once = 0;
};

/// A set of objects that become visible atomically; meant for many small objects. Bodies are read at `put`;
/// nothing is visible before `commit`. Destroying an uncommitted batch discards it.
class ObjectBatch {
 public:
  virtual ~ObjectBatch() = default;

  /// Adds an object; if a key repeats, the last one wins. Conditions are ignored. Thread-safe. Throws like
  /// ObjectStore::put.
  virtual void put(const ObjectWrite& write, ByteSource& body, UnixMillis now) = 0;

  /// Makes all objects durable and visible in one transaction: all of them or, if it throws, none. Afterwards
  /// the batch is empty and, unless it threw, can be reused.
  virtual void commit() = 0;
};

/// One R2 bucket. Keys compare bytewise. Opening or reading a bucket that was never written to creates no
/// files. Every write is durable when the call returns, and atomic: a reader in another process, or after a
/// crash, sees the old object or the new one. Bodies are streamed in constant memory. Calls wait a bounded
/// time for other processes and then throw busy. Errors: limit and invalid_input for writes that break R2's
/// rules (`check_object_write`), denied from the guard, io, corrupt; writes can throw UnknownOutcome.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  /// Sets the guard consulted before objects are overwritten, moved or deleted; nullptr removes it.
  virtual void guard(std::shared_ptr<const ObjectGuard> guard) = 0;

  /// The object's metadata, or nullopt.
  virtual std::optional<ObjectInfo> head(std::string_view key) = 0;

  /// The object with the bytes of the range (nullopt: all), or nullopt if there is none. The body stays
  /// readable if the object is later overwritten or deleted, except that reading an object of more than 256
  /// parts then throws conflict. Throws invalid_input for a range outside the object.
  virtual std::optional<ObjectBody> get(std::string_view key, const std::optional<ObjectRange>& range,
                                        const ObjectConditions& conditions) = 0;

  /// Writes or replaces an object, reading `body` to its end. Returns what was stored; nullopt, having
  /// written nothing, if the conditions do not hold. Throws conflict if a checksum does not match the body,
  /// limit if the body needs more than 10,000 parts.
  virtual std::optional<ObjectInfo> put(const ObjectWrite& write, ByteSource& body, UnixMillis now) = 0;

  virtual std::unique_ptr<ObjectBatch> begin_batch() = 0;

  /// The object and its files, or nullopt.
  virtual std::optional<ObjectFiles> files(std::string_view key) = 0;

  /// Copies an object from a bucket (this or another) to `write.key` here without the bytes passing through
  /// the caller, replacing what was there. With `replace_metadata`, http and custom come from `write`,
  /// otherwise from the source. The copy gets a new version and time. Returns nullopt if the source does not
  /// exist or the conditions do not hold for the target. Throws conflict if the source changed during the
  /// copy.
  virtual std::optional<ObjectInfo> copy_from(ObjectStore& source, std::string_view key,
                                              const ObjectWrite& write, bool replace_metadata,
                                              UnixMillis now) = 0;

  /// Moves an object within this bucket in one transaction, replacing what `to` held; metadata and bytes are
  /// kept, version and time are new. False: `from` does not exist. A no-op if from == to.
  virtual bool rename(std::string_view from, std::string_view to, UnixMillis now) = 0;

  /// Removes the keys in one transaction; returns how many of them existed.
  virtual std::size_t erase(std::span<const std::string> keys) = 0;

  /// Removes the object only if it has not been written since it was `seen`; false: it changed or is gone.
  virtual bool erase_unchanged(const ObjectInfo& seen) = 0;

  /// One page in key order. Costs one index range scan, regardless of the number of keys; with a delimiter,
  /// one index lookup per prefix, regardless of the number of keys under it.
  virtual ObjectPage list(const ObjectListOptions& options) = 0;

  /// The multipart uploads in progress, ordered by key and id.
  virtual std::vector<MultipartUpload> uploads() = 0;

  /// Aborts an upload and removes its parts. False: none with this id is in progress.
  virtual bool abort_upload(std::string_view id) = 0;

  /// For uploading objects in parts (backends/multipart_uploads.hpp); nullptr: that is done elsewhere. Lives
  /// as long as the store.
  virtual MultipartUploads* multipart() { return nullptr; }

  /// An address that is a permission by itself for `seconds` (1 to 604,800): to do `method` ("GET", "PUT",
  /// "HEAD", "DELETE") with an object. nullopt: the store has no endpoint of its own. Throws denied without
  /// keys to sign with.
  virtual std::optional<std::string> presigned_url(std::string_view /*method*/, std::string_view /*key*/,
                                                   std::int64_t /*seconds*/) {
    return std::nullopt;
  }

  /// Totals for the whole bucket (scans all rows).
  virtual BucketUsage usage() = 0;

  /// The bucket's name.
  [[nodiscard]] virtual const std::string& bucket() const = 0;

  /// Path of the bucket's storage, for messages and `corral which`.
  [[nodiscard]] virtual std::string location() const = 0;

  [[nodiscard]] virtual ObjectTraits traits() const { return {}; }
};

/// New objects of one bucket on their way into it: they gather here, for as many runs as it takes, and then
/// become visible all at once. Held by one process at a time. What is here outlives the process, and nothing
/// but this reads it.
class ObjectStaging {
 public:
  virtual ~ObjectStaging() = default;

  /// What has gathered: a bucket like any other, with the versions that the objects will have. Another object
  /// for each call, so that threads can have one each.
  virtual std::unique_ptr<ObjectStore> objects() = 0;

  /// Puts all of it into the bucket, replacing what has the same keys, and removes the keys `gone`, which it
  /// drains, in one durable transaction: all or, if it throws, nothing. Bypasses the guard. What was here is
  /// then removed; what a crash before that leaves is recognized when the bucket is staged again. Throws
  /// corrupt if another program has removed bodies from here.
  virtual void commit(StringSpool& gone) = 0;

  /// Removes what has gathered.
  virtual void discard() = 0;
};

/// How a bucket is opened. Nothing of it matters for local state.
struct BucketAccess {
  std::optional<std::string> jurisdiction = {};  ///< where an account's bucket is: "eu", "fedramp"
  /// Called before an object of a bucket with a data catalog (Apache Iceberg) is written or removed, which
  /// can damage its tables; throws to prevent it. From any thread, once until it returns. Empty: no check.
  std::function<void()> confirm_catalog_change = {};
};

/// All buckets of one state folder, on one kind of storage.
class ObjectBackend {
 public:
  virtual ~ObjectBackend() = default;

  /// The bucket of this name. One that does not exist yet reads as empty and is created by the first write;
  /// in an account it has to be created before.
  virtual std::unique_ptr<ObjectStore> open(std::string_view bucket, BucketAccess access) = 0;
  std::unique_ptr<ObjectStore> open(std::string_view bucket) { return open(bucket, {}); }

  /// Where new objects of a bucket gather. Throws busy if another process has it open, unavailable if this
  /// kind of storage has no such place.
  virtual std::unique_ptr<ObjectStaging> stage(std::string_view bucket);

  /// The names of the buckets that have storage, in byte order, including those created by other processes.
  virtual std::vector<std::string> stored_buckets() = 0;

  /// Removes all objects and uploads of a bucket and as much of its storage as is safe while other processes
  /// may have it open. Bypasses the guard. Returns the number of objects removed.
  virtual std::uint64_t drop(std::string_view bucket) = 0;

  /// Whether a bucket comes into being with its first object, so that others than the stored ones are known.
  [[nodiscard]] virtual bool made_by_first_write() const { return true; }

  /// Whose the buckets are, for messages: " of account 0123abcd"; empty for a state folder.
  virtual std::string owner() { return {}; }
};

}  // namespace corral

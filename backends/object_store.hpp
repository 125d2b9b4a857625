#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/bytes/byte_stream.hpp"
#include "backends/kv_store.hpp"
#include "backends/object_info.hpp"

namespace corral {

/// A part of an object's bytes, as R2's `range` has it: from `offset` (0 if not given) `length` bytes (to the
/// end if not given), or the last `suffix` bytes, which excludes the other two.
struct ObjectRange {
  std::optional<std::uint64_t> offset;
  std::optional<std::uint64_t> length;
  std::optional<std::uint64_t> suffix;
};

/// Where a range begins and how long it is, for an object of so many bytes. What reaches beyond the end is
/// cut. Throws invalid_input if it begins at or beyond the end (an empty object has no range but all of it),
/// or if the length or suffix is 0.
std::pair<std::uint64_t, std::uint64_t> resolve_range(const ObjectRange& range, std::uint64_t size);

/// What must hold for a read or a write to take place; what is empty asks for nothing. An etag is compared
/// without quotes; "*" stands for any.
struct ObjectConditions {
  std::vector<std::string> etag_matches;         ///< the object exists and has one of these
  std::vector<std::string> etag_does_not_match;  ///< it does not exist or has none of these
};

/// Whether the conditions hold for the object; nullptr: there is none.
bool hold(const ObjectConditions& conditions, const ObjectInfo* object);

/// An object with its bytes, or with those of the range that was asked for.
struct ObjectBody : ObjectInfo {
  std::uint64_t offset = 0;          ///< where `body` begins in the object
  std::uint64_t length = 0;          ///< how many bytes `body` has
  std::unique_ptr<ByteSource> body;  ///< nullptr: a condition does not hold
};

/// What a put stores beside the bytes.
struct ObjectWrite {
  std::string key;
  HttpMetadata http;
  CustomMetadata custom;  ///< in the order given
  /// Hashes that the body must have; they are stored with the object.
  ObjectChecksums checksums;
  ObjectConditions conditions;
  /// Bytes of a part, 5 MiB to 5 GiB - 5 MiB; a body that needs more than one becomes a multipart object.
  std::uint64_t part_size = r2_max_part_bytes;
};

struct ObjectListOptions {
  std::string prefix;       ///< literal bytes; empty: all keys
  std::string delimiter;    ///< keys that hold it beyond the prefix are rolled up; empty: none are
  std::string start_after;  ///< only keys greater than this; empty: from the first
  std::string cursor;       ///< go on where the page ended that gave this cursor; wins over start_after
  std::size_t limit = r2_max_list;  ///< objects and prefixes together in a page, 1 to any number
};

struct ObjectPage {
  std::vector<ObjectInfo> objects;    ///< in byte order of the key
  std::vector<std::string> prefixes;  ///< what was rolled up: up to and with the delimiter, in byte order
  std::optional<std::string> cursor;  ///< opaque bytes; nullopt: the list is complete
};

/// A multipart upload that was neither completed nor aborted.
struct MultipartUpload {
  std::string id;
  std::string key;
  std::uint64_t parts = 0;
  std::uint64_t bytes = 0;
  /// When its first part was written; nullopt as long as it has none (the layout keeps no other time).
  std::optional<UnixMillis> started;
};

/// A file that holds a part of an object. Its bytes never change; it goes when the object does.
struct ObjectPart {
  std::filesystem::path file;
  std::uint64_t size = 0;
  std::string md5;  ///< in hex; empty for an object that is not multipart
};

/// An object by the files that hold its bytes: what a copy needs that is not to read them.
struct ObjectFiles {
  ObjectInfo info;
  std::vector<ObjectPart> parts;  ///< in order; one for an object that is not multipart
  bool multipart = false;
};

struct BucketUsage {
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;    ///< of the objects
  std::uint64_t uploads = 0;  ///< multipart uploads under way
  std::uint64_t upload_parts = 0;
  std::uint64_t upload_bytes = 0;
};

/// Has a say before an existing object is overwritten, moved or deleted: bucket locks. Called within the
/// transaction of the change; what it throws undoes that.
class ObjectGuard {
 public:
  virtual ~ObjectGuard() = default;
  /// Throws denied if the object must stay as it is.
  virtual void check(const ObjectInfo& object) const = 0;
};

/// Many objects that become visible together, for many small ones. Bodies are read at `put`; nothing is
/// visible before `commit`. Destroying a batch that was not committed leaves no trace.
class ObjectBatch {
 public:
  virtual ~ObjectBatch() = default;

  /// Adds an object; of a repeated key the last wins. Conditions are not looked at. Several threads may put
  /// at once. Throws like ObjectStore::put.
  virtual void put(const ObjectWrite& write, ByteSource& body, UnixMillis now) = 0;

  /// Makes all of them durable and visible in one transaction: all or, when it throws, none. The batch is
  /// empty afterwards and can be used again, unless it threw.
  virtual void commit() = 0;
};

/// One R2 bucket. Keys compare as bytes. Opening and reading a bucket that was never written to creates
/// nothing. Every write is durable when the call returns, and atomic: a reader in another process, or after a
/// crash, sees the old object or the new one. Bodies are streamed: memory does not follow their size. Calls
/// wait a bounded time for other processes and then throw busy. Errors: limit and invalid_input for what
/// breaks R2's rules (`check_object_write`), denied by the guard, io, corrupt, UnknownOutcome for a write.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  /// Sets who is asked before objects are overwritten, moved or deleted; nullptr: nobody.
  virtual void guard(std::shared_ptr<const ObjectGuard> guard) = 0;

  /// The object without its bytes, or nullopt.
  virtual std::optional<ObjectInfo> head(std::string_view key) = 0;

  /// The object with the bytes of the range (nullopt: all), or nullopt if there is none. The body stays
  /// readable when the object is overwritten or deleted meanwhile; of an object of more than 256 parts,
  /// reading then throws conflict. Throws invalid_input for a range outside of it.
  virtual std::optional<ObjectBody> get(std::string_view key, const std::optional<ObjectRange>& range,
                                        const ObjectConditions& conditions) = 0;

  /// Writes or replaces an object, reading `body` to its end. Returns what was stored; nullopt, having
  /// written nothing, if the conditions do not hold. Throws conflict if a checksum is not that of the body,
  /// limit if the body needs more than 10,000 parts.
  virtual std::optional<ObjectInfo> put(const ObjectWrite& write, ByteSource& body, UnixMillis now) = 0;

  virtual std::unique_ptr<ObjectBatch> begin_batch() = 0;

  /// The object by its files, or nullopt if there is none.
  virtual std::optional<ObjectFiles> files(std::string_view key) = 0;

  /// Copies an object from a bucket (this or another) to `write.key` here without the bytes passing through
  /// the caller, replacing what was there. `replace_metadata` takes http and custom from `write`, else they
  /// are the source's. The copy has a version and time of its own. Returns nullopt if the source does not
  /// exist or the conditions do not hold for the target. Throws conflict if the source changed while it was
  /// copied.
  virtual std::optional<ObjectInfo> copy_from(ObjectStore& source, std::string_view key,
                                              const ObjectWrite& write, bool replace_metadata,
                                              UnixMillis now) = 0;

  /// Moves an object within this bucket in one transaction, replacing what `to` held; metadata and bytes are
  /// kept, version and time are new. False: `from` does not exist. from == to changes nothing.
  virtual bool rename(std::string_view from, std::string_view to, UnixMillis now) = 0;

  /// Removes the keys in one transaction; returns how many of them existed.
  virtual std::size_t erase(std::span<const std::string> keys) = 0;

  /// Removes the object only if it still has `version`; false: it changed or is gone.
  virtual bool erase_version(std::string_view key, std::string_view version) = 0;

  /// One page in key order. Costs an index range, however many keys there are; with a delimiter one index
  /// look-up for each prefix, however many keys are under it.
  virtual ObjectPage list(const ObjectListOptions& options) = 0;

  /// The multipart uploads under way, by key and id.
  virtual std::vector<MultipartUpload> uploads() = 0;

  /// Ends an upload and removes its parts. False: there is none under way with this id.
  virtual bool abort_upload(std::string_view id) = 0;

  /// Counts the whole bucket (a scan of its rows).
  virtual BucketUsage usage() = 0;

  /// The bucket's name.
  [[nodiscard]] virtual const std::string& bucket() const = 0;

  /// Where the objects are kept, for people and for `corral which`.
  [[nodiscard]] virtual std::string location() const = 0;
};

/// All buckets of one state folder, on one kind of storage.
class ObjectBackend {
 public:
  virtual ~ObjectBackend() = default;

  /// The bucket of this name. Never fails because it does not exist yet: it is then empty, and made by the
  /// first write.
  virtual std::unique_ptr<ObjectStore> open(std::string_view bucket) = 0;

  /// The names of the buckets that have storage, in byte order. Sees what other processes made.
  virtual std::vector<std::string> stored_buckets() = 0;

  /// Removes all objects and uploads of a bucket and what can be removed of its storage while other processes
  /// may have it open. Asks no guard. Returns the objects removed.
  virtual std::uint64_t drop(std::string_view bucket) = 0;
};

}  // namespace corral

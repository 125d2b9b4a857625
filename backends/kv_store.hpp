#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/byte_stream.hpp"
#include "backends/bytes/unix_time.hpp"

namespace corral {

class KvStaging;

/// Limits of Workers KV (docs/reference/kv.md; developers.cloudflare.com/kv/platform/limits).
inline constexpr std::size_t kv_max_key_bytes = 512;
inline constexpr std::size_t kv_max_metadata_bytes = 1024;
inline constexpr std::uint64_t kv_max_value_bytes = 26'214'400;  // 25 MiB

/// How a value was given, for stores that pass it on in the same form.
enum class KvForm : unsigned char {
  bytes,   ///< a file, a stream
  text,    ///< an argument, a string of JSON
  base64,  ///< a string of JSON that is base64
};

/// An entry without its value.
struct KvEntry {
  std::string key;                       ///< UTF-8, 1 to 512 bytes
  std::optional<UnixMillis> expiration;  ///< expires at this time; nullopt: never
  std::optional<std::string> metadata;   ///< compact JSON text, at most 1,024 bytes

  /// When writing: the expiration as it was given, for a store with a clock of its own, which is also told of
  /// both. `expiration` holds the resulting time: of the two, `ttl_seconds` counts.
  std::optional<std::int64_t> ttl_seconds = {};
  std::optional<std::int64_t> expires_at_seconds = {};  ///< since 1970
  KvForm form = KvForm::bytes;                          ///< when writing
  /// When writing: 32 hex digits that the entry's version is to contain (has_origin), which say where its
  /// value came from; empty if absent. Stores whose versions have no place for it ignore it.
  std::string origin = {};
};

/// An entry as a store describes it.
struct KvItem : KvEntry {
  std::optional<std::uint64_t> size;  ///< bytes of the value, if requested
  std::string version = {};           ///< changes with every write of the key; opaque; empty: not requested
};

/// Whether an entry with this version was written with this origin. Whatever else writes the key gives it
/// another version.
bool has_origin(std::string_view version, std::string_view origin);

/// An entry with its value and its version.
struct KvValue : KvItem {
  std::unique_ptr<ByteSource> body;
};

struct KvListOptions {
  std::string prefix;         ///< literal bytes; empty: all keys
  std::string after;          ///< only keys greater than this; empty: from the first
  std::size_t limit = 1000;   ///< maximum entries per page, at least 1
  bool with_size = false;     ///< fill KvItem::size (costs one stat per entry on some backends)
  std::string cursor = {};    ///< of the page that ended with `after`; only saves time
  bool with_version = false;  ///< fill KvItem::version, where lists know it (KvTraits::lists_versions)
};

struct KvPage {
  std::vector<KvItem> items;  ///< ordered by the bytes of the key, without expired entries
  bool complete = true;       ///< false: more follow; continue with after = items.back().key
  std::string cursor = {};    ///< opaque; where the store finds the next page faster, else empty
};

/// What is read of a range of entries.
struct KvScanOptions {
  std::string prefix = {};  ///< literal bytes; empty: all keys
  /// Whether the entry's value is to be read; empty: all are. Called once for each entry, in key order, one
  /// at a time, but perhaps by other threads, and before `take` has had the entries before it.
  std::function<bool(const KvItem& item)> wants = {};
};

/// Takes an entry with its value, which may be moved from; nullptr: it was not wanted. Returns whether to go
/// on.
using KvTake = std::function<bool(const KvItem& item, std::string* value)>;

struct KvStats {
  std::uint64_t keys = 0;       ///< live entries
  std::uint64_t bytes = 0;      ///< sum of the live values' sizes (KvTraits::knows_sizes)
  std::uint64_t expired = 0;    ///< entries past their expiration but not yet reclaimed
  std::vector<KvItem> biggest;  ///< live entries with the largest values, largest first
};

/// What differs between stores by nature. The defaults are what the rest of this file promises.
struct KvTraits {
  /// false: a batch is written in parts, a rename copies and then deletes, and conditions and versions are
  /// checked before a write, not with it. A version then stands for the entry's content.
  bool atomic = true;
  bool lists_versions = false;     ///< KvListOptions::with_version is heeded
  bool counts_erased = true;       ///< false: `erase` takes every key for one that existed
  bool knows_sizes = true;         ///< false: no sizes in lists and stats, and nothing about expired entries
  std::size_t values_at_once = 1;  ///< how many keys to give `values` at a time
  std::size_t entries_a_part = 10'000;  ///< of a batch or an erase, unless told otherwise: a transaction's
  std::size_t parts_at_once = 1;        ///< how many such parts to give a batch or an erase at a time
  /// `kv bulk get` prints {"key": "value"}, as wrangler does for an account, not {"key": {"value": ...}}.
  bool bare_values = false;
};

/// A set of writes that become visible atomically. Values are copied at `put`; nothing is visible to readers
/// before `commit`. Destroying an uncommitted batch discards it.
class KvBatch {
 public:
  virtual ~KvBatch() = default;

  /// Adds one entry; if a key repeats, the last one wins. Throws like KvStore::put.
  virtual void put(const KvEntry& entry, std::string_view value) = 0;

  /// Makes all entries durable and visible in one transaction: all of them or, if it throws, none. Call it
  /// once.
  virtual void commit() = 0;

  /// Where `commit` is not atomic: how many entries it has stored for certain, also when it threw.
  [[nodiscard]] virtual std::size_t stored() const { return 0; }
};

/// One KV namespace. Keys compare bytewise. Opening or reading a namespace that was never written to creates
/// no files. Every write is durable when the call returns, and atomic: a reader in another process, or after
/// a crash, sees the old entry or the new one. Calls wait a bounded time for other processes and then throw
/// Error (busy). Errors: limit and invalid_input for entries that break the rules (`check_kv_entry`), io,
/// corrupt; writes can throw UnknownOutcome (unknown_outcome.hpp).
///
/// `now` decides what has expired: an entry with expiration <= now does not exist for the caller.
class KvStore {
 public:
  virtual ~KvStore() = default;

  /// The entry with its value, or nullopt. May remove the entry if it has expired. The body stays readable if
  /// the key is later overwritten or deleted.
  virtual std::optional<KvValue> get(std::string_view key, UnixMillis now) = 0;

  /// The value alone, or nullptr: cheaper than `get` where metadata lies elsewhere.
  virtual std::unique_ptr<ByteSource> value(std::string_view key, UnixMillis now);

  /// The values of many keys, in their order, each as `value` gives it.
  virtual std::vector<std::optional<std::string>> values(std::span<const std::string> keys, UnixMillis now);

  /// The entry with its size but without its value, or nullopt. Never removes expired entries.
  virtual std::optional<KvItem> head(std::string_view key, UnixMillis now) = 0;

  enum class Condition { always, if_absent };

  /// Writes or replaces an entry, reading `value` to its end. Returns false, having written nothing,
  /// if the condition is if_absent and a live entry exists. Throws limit if the value is larger than
  /// kv_max_value_bytes.
  virtual bool put(const KvEntry& entry, ByteSource& value, Condition condition, UnixMillis now) = 0;

  virtual std::unique_ptr<KvBatch> begin_batch() = 0;

  /// Removes the keys in one transaction; returns how many of them existed (expired ones count).
  virtual std::size_t erase(std::span<const std::string> keys) = 0;

  /// Removes one key; false: it did not exist.
  virtual bool erase_key(std::string_view key);

  /// Removes the key only if it still has `version` (from get); false: it changed or is gone.
  virtual bool erase_version(std::string_view key, std::string_view version) = 0;

  /// Moves an entry within this namespace in one transaction, replacing what `to` held; metadata, expiration
  /// and value are kept. False: `from` does not exist. A no-op if from == to.
  virtual bool rename(std::string_view from, std::string_view to, UnixMillis now) = 0;

  /// One page of entries in key order. Costs one index range scan, regardless of the number of keys. May
  /// remove some expired entries.
  virtual KvPage list(const KvListOptions& options, UnixMillis now) = 0;

  /// Calls `take` for each entry with this prefix in key order; entries that are deleted meanwhile are left
  /// out.
  virtual void scan(const KvScanOptions& options, UnixMillis now, const KvTake& take);

  /// How many entries of a batch or an erase go into one request, where they go out in requests.
  virtual void set_part_size(std::size_t entries);

  /// Statistics over the whole namespace (full scan). `biggest`: how many of the largest entries to return.
  virtual KvStats stats(UnixMillis now, std::size_t biggest) = 0;

  /// Path of the file or folder that stores the entries, or the account, for messages and `corral which`.
  [[nodiscard]] virtual std::string location() const = 0;

  [[nodiscard]] virtual KvTraits traits() const { return {}; }
};

/// All KV namespaces of one state folder, on one kind of storage.
class KvBackend {
 public:
  virtual ~KvBackend();

  /// The namespace with this id (1 to 255 bytes of any text; a binding name also serves as id). A namespace
  /// that does not exist yet reads as empty and is created by the first write.
  virtual std::unique_ptr<KvStore> open(std::string_view namespace_id) = 0;

  /// The ids of the namespaces that have storage, in byte order, including those created by other processes.
  virtual std::vector<std::string> stored_namespaces() = 0;

  /// Where new entries of a namespace gather until all of them become visible at once (kv_staging.hpp).
  /// Throws busy if another process has it open, unavailable if this kind of storage has no such place.
  virtual std::unique_ptr<KvStaging> stage(std::string_view namespace_id);

  /// Removes all entries of a namespace and as much of its storage as is safe while other processes may have
  /// it open; afterwards stored_namespaces() does not list it. Returns the number of entries removed.
  virtual std::uint64_t drop(std::string_view namespace_id) = 0;
};

/// Throws limit or invalid_input if the key is empty, "." or "..", longer than 512 bytes, not valid
/// UTF-8, or if metadata is longer than 1,024 bytes. Source of the rule: docs/reference/kv.md.
void check_kv_key(std::string_view key);
void check_kv_entry(const KvEntry& entry);

/// Throws limit, naming the key, if `bytes` exceeds kv_max_value_bytes.
void check_kv_value_size(std::string_view key, std::uint64_t bytes);

}  // namespace corral

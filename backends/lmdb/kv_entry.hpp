#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backends/bytes/unix_time.hpp"
#include "backends/lmdb/environment.hpp"

namespace corral::lmdb {

/// A stored entry: views into the environment's map, valid as long as views of its transaction are.
struct StoredEntry {
  std::uint64_t version = 0;  ///< changes with every write of the key
  std::optional<UnixMillis> expiration;
  std::optional<std::string_view> metadata;
  std::string_view value;

  [[nodiscard]] bool expired(UnixMillis now) const { return expiration && *expiration <= now; }
};

/// The stored form: version and expiration (8 bytes each, little-endian), flags, metadata with its length,
/// value.
std::string encode_entry(const StoredEntry& entry);

/// Throws corrupt for bytes that encode_entry cannot have written.
StoredEntry decode_entry(std::string_view bytes);

/// Read, write and erase an entry in a namespace's database, including entries with long keys.
std::optional<StoredEntry> find_entry(Transaction& transaction, Database database, std::string_view key);
void store_entry(Transaction& transaction, Database database, std::string_view key, std::string_view bytes);
bool erase_entry(Transaction& transaction, Database database, std::string_view key);

}  // namespace corral::lmdb

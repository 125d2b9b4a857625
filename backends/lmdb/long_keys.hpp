#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace corral::lmdb {

// KV keys may have 512 bytes, LMDB keys 511. A key of up to 510 bytes is its own LMDB key, with the entry as
// its value. Longer keys that share their first 511 bytes are stored under those 511 bytes as a bundle of
// (tail, entry) pairs, ordered by tail: the empty tail and those of a single byte. This preserves key order.

/// The LMDB key under which a KV key is stored.
std::string_view stem_of(std::string_view key);

/// The rest of a KV key after its stem.
std::string_view tail_of(std::string_view key);

/// Whether the value under this LMDB key is a bundle.
bool holds_bundle(std::string_view stem);

/// The entry with this tail in a bundle, which may be empty.
std::optional<std::string_view> find_in_bundle(std::string_view bundle, std::string_view tail);

/// The bundle with the entry added or replaced, or removed if `entry` is nullopt.
std::string change_bundle(std::string_view bundle, std::string_view tail,
                          std::optional<std::string_view> entry);

/// Calls `visit` for each entry, ordered by tail.
void for_each_in_bundle(std::string_view bundle,
                        const std::function<void(std::string_view tail, std::string_view entry)>& visit);

}  // namespace corral::lmdb

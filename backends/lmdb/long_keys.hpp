#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace corral::lmdb {

// KV keys go to 512 bytes, LMDB's to 511. A key of up to 510 bytes is its LMDB key, and the entry its value.
// All longer keys that share their first 511 bytes are kept together under those 511 bytes, as a bundle of
// (tail, entry) in the order of their tails: the empty one and one of a single byte each. Key order is kept.

/// The LMDB key of a KV key.
std::string_view stem_of(std::string_view key);

/// The rest of a KV key.
std::string_view tail_of(std::string_view key);

/// Whether the value under an LMDB key is a bundle.
bool holds_bundle(std::string_view stem);

/// The entry with this tail in a bundle; an empty bundle has none.
std::optional<std::string_view> find_in_bundle(std::string_view bundle, std::string_view tail);

/// The bundle with the entry added or replaced; without it when `entry` is nullopt.
std::string change_bundle(std::string_view bundle, std::string_view tail,
                          std::optional<std::string_view> entry);

/// Calls `visit` for each entry in the order of the tails.
void for_each_in_bundle(std::string_view bundle,
                        const std::function<void(std::string_view tail, std::string_view entry)>& visit);

}  // namespace corral::lmdb

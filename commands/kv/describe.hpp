#pragma once

#include <string>
#include <string_view>

#include "backends/kv_store.hpp"
#include "commands/text/json.hpp"

namespace corral::kv {

/// An entry as `kv key list` prints it, in wrangler's order: {"name", "expiration"?, "metadata"?} with the
/// expiration in seconds, plus "size" if known.
Json entry_as_json(const KvItem& item);

/// An entry with its value in the format of `kv bulk put`: {"key", "value", "expiration"?, "metadata"?,
/// "base64"?}. A value that is not UTF-8 is base64.
Json value_as_json(const KvItem& item, std::string_view value);

/// Replaces every ill-formed byte sequence with U+FFFD, as a Worker does when it decodes text.
std::string replace_malformed(std::string_view bytes);

}  // namespace corral::kv

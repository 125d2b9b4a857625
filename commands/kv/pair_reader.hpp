#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"
#include "backends/kv_store.hpp"

namespace corral::kv {

/// One pair of a bulk file, checked and decoded.
struct Pair {
  std::size_t index = 0;  ///< its place in the file, from 0
  KvEntry entry;
  std::string value;
};

/// Who receives what `read_pairs` finds, in file order.
class PairVisitor {
 public:
  virtual ~PairVisitor() = default;
  virtual void pair(const Pair& pair) = 0;

  /// An item that breaks a rule. Reading goes on with the next.
  virtual void bad_item(std::size_t index, const std::string& reason) = 0;

  /// A property that is not known and was passed over.
  virtual void unknown_property(std::size_t index, const std::string& name) = 0;

  /// An item left out because it has expired, or will within a minute (only if asked for).
  virtual void expired_item(std::size_t index) = 0;

  /// How much of the file has been read, after each item.
  virtual void read_up_to(std::uint64_t bytes) = 0;
};

/// Reads a bulk file as a stream: a JSON array of {"key", "value", "expiration"?, "expiration_ttl"?,
/// "metadata"?, "base64"?} (docs/reference/kv.md), or the same objects one after the other (NDJSON). Holds
/// one item at a time, so that memory follows the largest value, not the file. Every rule of KV is checked:
/// types, limits, expirations against `now`. Throws invalid_input, naming `file` and the line, for text that
/// is not JSON or not a list.
void read_pairs(ByteSource& source, std::string_view file, UnixMillis now, bool skip_expired,
                PairVisitor& visitor);

}  // namespace corral::kv

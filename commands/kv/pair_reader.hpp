#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/kv_store.hpp"

namespace corral::kv {

/// One pair of a bulk file, checked and decoded.
struct Pair {
  std::size_t index = 0;  ///< its index in the file, from 0
  KvEntry entry;
  std::string value;
};

/// Receives the results of `read_pairs`, in file order.
class PairVisitor {
 public:
  virtual ~PairVisitor() = default;
  virtual void pair(const Pair& pair) = 0;

  /// An invalid item. Reading continues with the next one.
  virtual void bad_item(std::size_t index, const std::string& reason) = 0;

  /// An unknown property, which was ignored.
  virtual void unknown_property(std::size_t index, const std::string& name) = 0;

  /// An item skipped because it has expired or will within a minute (only if requested).
  virtual void expired_item(std::size_t index) = 0;

  /// The number of bytes read so far, after each item.
  virtual void read_up_to(std::uint64_t bytes) = 0;
};

/// Reads a bulk file as a stream: a JSON array of {"key", "value", "expiration"?, "expiration_ttl"?,
/// "metadata"?, "base64"?} (docs/reference/kv.md), or the same objects in sequence (NDJSON). Holds one item
/// at a time, so memory is bounded by the largest value, not by the file. Checks all of KV's rules: types,
/// limits, expirations against `now`. Throws invalid_input, naming `file` and the line, for text that is
/// neither a JSON array nor NDJSON.
void read_pairs(ByteSource& source, std::string_view file, UnixMillis now, bool skip_expired,
                PairVisitor& visitor);

}  // namespace corral::kv

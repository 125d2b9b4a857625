#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Values as V8's serializer writes them (docs/reference/v8-values.md, "The value format"): what
/// `storage.put` of a Durable Object and queue messages of type v8 are made of.
namespace corral::v8 {

/// What a node is. The comment says what its fields hold; those not named are 0.
enum class Type : std::uint8_t {
  undefined,
  null,
  hole,  ///< a missing element of an array
  true_value,
  false_value,
  int32,         ///< bits: the number, sign-extended
  uint32,        ///< bits
  number,        ///< bits: the double
  bigint,        ///< bytes: the magnitude, little-endian; detail: 1 if negative
  string,        ///< bytes: Latin-1, or UTF-16LE if detail is 1
  object,        ///< bits: how many entries; each is a key and a value
  array,         ///< bits: how many elements (low half) and further properties (high half)
  sparse_array,  ///< bits: the length (low half) and how many entries (high half)
  map,           ///< bits: how many entries; each is a key and a value
  set,           ///< bits: how many elements
  date,          ///< bits: the double, ms since 1970 or NaN
  boxed_true,
  boxed_false,
  boxed_number,  ///< bits: the double
  boxed_bigint,  ///< as bigint
  boxed_string,  ///< as string
  regexp,        ///< as string; flags: RegExp's flags
  buffer,        ///< bytes; flags: 1 if resizable, and then `limit_of` says to what
  view,          ///< detail: the letter of its kind; flags; bits: offset (low half) and length (high half);
                 ///< one node follows: its buffer, or a reference to it
  error,         ///< detail: the letter of its prototype, 0 for a plain Error; flags: its parts in order, two
                 ///< bits each (ErrorPart); each part is one value
  opaque,  ///< bytes: a whole value, header and all, that holds what only workerd can read (Headers); alone
  reference,  ///< bits: the index of the node that this is again
};

/// The parts of an error, as Node::flags has them: the first in the lowest two bits.
enum class ErrorPart : std::uint8_t { none, message, stack, cause };

/// One value, or the start of one that has others in it: those follow it in order.
struct Node {
  Type type = Type::undefined;
  std::uint8_t detail = 0;
  std::uint16_t flags = 0;
  std::uint32_t extra = 0;  ///< of bytes: their count; of what holds others: all nodes of it, itself included
  std::uint64_t bits = 0;   ///< of bytes: where they start in Document::bytes (low half)
};

/// One value with all that is in it, as a flat list in reading order. 16 bytes a value, however deep they are
/// nested.
struct Document {
  std::string bytes;  ///< that nodes point into
  std::vector<Node> nodes;

  [[nodiscard]] std::string_view bytes_of(const Node& node) const {
    return std::string_view(bytes).substr(node.bits & 0xFFFF'FFFFU, node.extra);
  }
  /// The most bytes that a resizable buffer may grow to.
  [[nodiscard]] static std::uint32_t limit_of(const Node& node) { return low_high(node.bits).high; }

  struct Halves {
    std::uint32_t low;
    std::uint32_t high;
  };
  static Halves low_high(std::uint64_t bits) {
    return {static_cast<std::uint32_t>(bits), static_cast<std::uint32_t>(bits >> 32U)};
  }
  static std::uint64_t join(std::uint64_t low, std::uint64_t high) { return low | (high << 32U); }
};

/// How many values may be nested in each other: far more than a Worker can store (V8's own serializer gives
/// up between 3,000 and 5,000).
inline constexpr std::size_t max_depth = 10'000;

/// How a value may be too long for the offsets of a node.
inline constexpr std::size_t max_bytes = 0x7FFF'FFFF;

/// The index that a property name is for JavaScript, in decimal digits without leading zeros and below
/// 2^32 - 1; -1 for any other name.
std::int64_t array_index_of(std::string_view name) noexcept;

/// The bytes of an element of a view, by the letter of its kind; 0 for an unknown letter.
std::size_t element_bytes(std::uint8_t kind) noexcept;

/// The same values: the same types, bytes and structure. Where two write one number differently (int32 or
/// double, one-byte or two-byte string) they are not the same.
bool same(const Document& left, const Document& right);

/// Whether a node is an object to JavaScript, so that it can be referred to.
bool is_object(Type type) noexcept;

}  // namespace corral::v8

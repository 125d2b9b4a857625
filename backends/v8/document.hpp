#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Values in the format of V8's serializer (docs/reference/v8-values.md, "The value format"), which
/// `storage.put` of a Durable Object and queue messages of type v8 use.
namespace corral::v8 {

/// The type of a node. Comments say what its fields hold; fields not mentioned are 0.
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
  object,        ///< bits: number of entries; each is a key and a value
  array,         ///< bits: number of elements (low half) and of further properties (high half)
  sparse_array,  ///< bits: the length (low half) and number of entries (high half)
  map,           ///< bits: number of entries; each is a key and a value
  set,           ///< bits: number of elements
  date,          ///< bits: the double, ms since 1970 or NaN
  boxed_true,
  boxed_false,
  boxed_number,  ///< bits: the double
  boxed_bigint,  ///< as bigint
  boxed_string,  ///< as string
  regexp,        ///< as string; flags: RegExp's flags
  buffer,        ///< bytes; flags: 1 if resizable, and then `limit_of` is its maximum
  view,   ///< detail: the letter of its kind; flags; bits: offset (low half) and length (high half); followed
          ///< by one node: its buffer, or a reference to it
  error,  ///< detail: the letter of its prototype, 0 for a plain Error; flags: its parts in order, two bits
          ///< each (ErrorPart); each part is one value
  opaque,     ///< bytes: a whole value, header included, holding something only workerd can read (Headers);
              ///< always the only node
  reference,  ///< bits: the index of the node this refers to
};

/// The parts of an error in Node::flags, the first in the lowest two bits.
enum class ErrorPart : std::uint8_t { none, message, stack, cause };

/// One value, or the head of a container; the nodes it contains follow it in order.
struct Node {
  Type type = Type::undefined;
  std::uint8_t detail = 0;
  std::uint16_t flags = 0;
  std::uint32_t extra = 0;  ///< for bytes: their count; for containers: the number of nodes, itself included
  std::uint64_t bits = 0;   ///< for bytes: their offset in Document::bytes (low half)
};

/// One value and everything in it, as a flat list in reading order: 16 bytes a value at any depth.
struct Document {
  std::string bytes;  ///< what nodes point into
  std::vector<Node> nodes;

  [[nodiscard]] std::string_view bytes_of(const Node& node) const {
    return std::string_view(bytes).substr(node.bits & 0xFFFF'FFFFU, node.extra);
  }
  /// The maximum size of a resizable buffer, in bytes.
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

/// The newest version of the format, which is the one that is written.
inline constexpr std::uint8_t latest_version = 15;

/// The maximum nesting depth: far more than a Worker can store (V8's own serializer gives up between 3,000
/// and 5,000).
inline constexpr std::size_t max_depth = 10'000;

/// The longest serialized value whose offsets fit a node.
inline constexpr std::size_t max_bytes = 0x7FFF'FFFF;

/// The array index that a property name denotes in JavaScript: decimal digits without leading zeros, below
/// 2^32 - 1. -1 for any other name.
std::int64_t array_index_of(std::string_view name) noexcept;

/// The element size of a view in bytes, by the letter of its kind; 0 for an unknown letter.
std::size_t element_bytes(std::uint8_t kind) noexcept;

/// Whether both hold the same types, bytes and structure. Different encodings of one number or string (int32
/// or double, one-byte or two-byte) count as different.
bool same(const Document& left, const Document& right);

/// Whether a node is an object in JavaScript, so that a reference can point to it.
bool is_object(Type type) noexcept;

}  // namespace corral::v8

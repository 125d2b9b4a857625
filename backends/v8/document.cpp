#include "backends/v8/document.hpp"

#include <algorithm>

namespace corral::v8 {

std::int64_t array_index_of(std::string_view name) noexcept {
  constexpr std::int64_t most = 0xFFFF'FFFE;
  constexpr std::size_t most_digits = 10;
  if (name.empty() || name.size() > most_digits || (name.size() > 1 && name.front() == '0')) return -1;
  std::int64_t index = 0;
  for (const char c : name) {
    if (c < '0' || c > '9') return -1;
    index = index * 10 + (c - '0');
  }
  return index <= most ? index : -1;
}

std::size_t element_bytes(std::uint8_t kind) noexcept {
  switch (kind) {
    case 'b':
    case 'B':
    case 'C':
    case '?': return 1;
    case 'w':
    case 'W':
    case 'h': return 2;
    case 'd':
    case 'D':
    case 'f': return 4;
    case 'F':
    case 'q':
    case 'Q': return 8;
    default: return 0;
  }
}

bool is_object(Type type) noexcept {
  switch (type) {
    case Type::object:
    case Type::array:
    case Type::sparse_array:
    case Type::map:
    case Type::set:
    case Type::date:
    case Type::boxed_true:
    case Type::boxed_false:
    case Type::boxed_number:
    case Type::boxed_bigint:
    case Type::boxed_string:
    case Type::regexp:
    case Type::buffer:
    case Type::view:
    case Type::error: return true;
    default: return false;
  }
}

namespace {

bool has_bytes(Type type) {
  return type == Type::bigint || type == Type::boxed_bigint || type == Type::string ||
         type == Type::boxed_string || type == Type::regexp || type == Type::buffer || type == Type::opaque;
}

}  // namespace

bool same(const Document& left, const Document& right) {
  return std::equal(left.nodes.begin(), left.nodes.end(), right.nodes.begin(), right.nodes.end(),
                    [&](const Node& a, const Node& b) {
                      if (a.type != b.type || a.detail != b.detail || a.flags != b.flags) return false;
                      if (!has_bytes(a.type)) return a.bits == b.bits && a.extra == b.extra;
                      const bool same_limit =
                          a.type != Type::buffer || Document::limit_of(a) == Document::limit_of(b);
                      return same_limit && left.bytes_of(a) == right.bytes_of(b);
                    });
}

}  // namespace corral::v8

#include "backends/lmdb/long_keys.hpp"

#include <cstdint>

#include "backends/bytes/byte_order.hpp"
#include "backends/error.hpp"
#include "backends/lmdb/environment.hpp"

namespace corral::lmdb {

namespace {

// One entry of a bundle: length of the tail (1 byte), length of the entry (8 bytes, little-endian), tail,
// entry.
constexpr std::size_t bundle_header_bytes = 9;

struct Item {
  std::string_view tail;
  std::string_view entry;
};

/// Removes and returns the first item of a non-empty bundle.
Item take_item(std::string_view& bundle) {
  if (bundle.size() < bundle_header_bytes)
    throw Error(ErrorKind::corrupt, "an entry in the LMDB environment is cut short");
  const auto tail_length = static_cast<unsigned char>(bundle[0]);
  const auto length = read_little_endian<std::uint64_t>(bundle.data() + 1);
  bundle.remove_prefix(bundle_header_bytes);
  if (bundle.size() < tail_length || bundle.size() - tail_length < length) {
    throw Error(ErrorKind::corrupt, "an entry in the LMDB environment is cut short");
  }
  const Item item{bundle.substr(0, tail_length), bundle.substr(tail_length, length)};
  bundle.remove_prefix(tail_length + length);
  return item;
}

void append_item(std::string& bundle, std::string_view tail, std::string_view entry) {
  bundle += static_cast<char>(tail.size());
  append_little_endian(bundle, std::uint64_t{entry.size()});
  bundle += tail;
  bundle += entry;
}

}  // namespace

std::string_view stem_of(std::string_view key) {
  return key.substr(0, max_key_bytes);
}

std::string_view tail_of(std::string_view key) {
  return key.substr(stem_of(key).size());
}

bool holds_bundle(std::string_view stem) {
  return stem.size() == max_key_bytes;
}

std::optional<std::string_view> find_in_bundle(std::string_view bundle, std::string_view tail) {
  while (!bundle.empty()) {
    const Item item = take_item(bundle);
    if (item.tail == tail) return item.entry;
  }
  return std::nullopt;
}

std::string change_bundle(std::string_view bundle, std::string_view tail,
                          std::optional<std::string_view> entry) {
  std::string changed;
  bool written = false;
  while (!bundle.empty()) {
    const Item item = take_item(bundle);
    if (!written && entry && tail <= item.tail) {
      append_item(changed, tail, *entry);
      written = true;
    }
    if (item.tail != tail) append_item(changed, item.tail, item.entry);
  }
  if (!written && entry) append_item(changed, tail, *entry);
  return changed;
}

void for_each_in_bundle(std::string_view bundle,
                        const std::function<void(std::string_view, std::string_view)>& visit) {
  while (!bundle.empty()) {
    const Item item = take_item(bundle);
    visit(item.tail, item.entry);
  }
}

}  // namespace corral::lmdb

#include "backends/lmdb/kv_entry.hpp"

#include "backends/bytes/byte_order.hpp"
#include "backends/error.hpp"
#include "backends/lmdb/long_keys.hpp"

namespace corral::lmdb {

namespace {

constexpr unsigned char has_expiration = 1;
constexpr unsigned char has_metadata = 2;
constexpr std::size_t entry_header_bytes = 8 + 8 + 1 + 4;

}  // namespace

std::string encode_entry(const StoredEntry& entry) {
  const std::string_view metadata = entry.metadata.value_or(std::string_view());
  const UnixMillis expiration = entry.expiration.value_or(0);
  const auto metadata_length = static_cast<std::uint32_t>(metadata.size());
  std::string bytes(entry_header_bytes, '\0');
  write_little_endian(bytes.data(), entry.version);
  write_little_endian(bytes.data() + 8, expiration);
  bytes[16] =
      static_cast<char>((entry.expiration ? has_expiration : 0) | (entry.metadata ? has_metadata : 0));
  write_little_endian(bytes.data() + 17, metadata_length);
  bytes.reserve(entry_header_bytes + metadata.size() + entry.value.size());
  bytes += metadata;
  bytes += entry.value;
  return bytes;
}

StoredEntry decode_entry(std::string_view bytes) {
  StoredEntry entry;
  const std::uint32_t metadata_length =
      bytes.size() < entry_header_bytes ? 0 : read_little_endian<std::uint32_t>(bytes.data() + 17);
  if (bytes.size() < entry_header_bytes || bytes.size() - entry_header_bytes < metadata_length) {
    throw Error(ErrorKind::corrupt, "an entry in the LMDB environment is cut short");
  }
  entry.version = read_little_endian<std::uint64_t>(bytes.data());
  const auto flags = static_cast<unsigned char>(bytes[16]);
  if ((flags & has_expiration) != 0) entry.expiration = read_little_endian<UnixMillis>(bytes.data() + 8);
  if ((flags & has_metadata) != 0) entry.metadata = bytes.substr(entry_header_bytes, metadata_length);
  entry.value = bytes.substr(entry_header_bytes + metadata_length);
  return entry;
}

std::optional<StoredEntry> find_entry(Transaction& transaction, Database database, std::string_view key) {
  const std::string_view stem = stem_of(key);
  std::optional<std::string_view> bytes = transaction.get(database, stem);
  if (bytes && holds_bundle(stem)) bytes = find_in_bundle(*bytes, tail_of(key));
  if (!bytes) return std::nullopt;
  return decode_entry(*bytes);
}

void store_entry(Transaction& transaction, Database database, std::string_view key, std::string_view bytes) {
  const std::string_view stem = stem_of(key);
  if (!holds_bundle(stem)) {
    transaction.put(database, stem, bytes);
    return;
  }
  const std::string_view bundle = transaction.get(database, stem).value_or(std::string_view());
  transaction.put(database, stem, change_bundle(bundle, tail_of(key), bytes));
}

bool erase_entry(Transaction& transaction, Database database, std::string_view key) {
  const std::string_view stem = stem_of(key);
  if (!holds_bundle(stem)) return transaction.erase(database, stem);
  const auto bundle = transaction.get(database, stem);
  if (!bundle || !find_in_bundle(*bundle, tail_of(key))) return false;
  const std::string rest = change_bundle(*bundle, tail_of(key), std::nullopt);
  if (rest.empty()) return transaction.erase(database, stem);
  transaction.put(database, stem, rest);
  return true;
}

}  // namespace corral::lmdb

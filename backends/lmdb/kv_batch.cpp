#include "backends/lmdb/kv_batch.hpp"

#include "backends/bytes/byte_order.hpp"
#include "backends/lmdb/kv_entry.hpp"

namespace corral::lmdb {

std::uint64_t version_of(const Transaction& transaction, std::uint64_t number) {
  return transaction.id() << 24U | (number & 0xFFFFFFU);
}

void set_version(std::string& encoded_entry, std::uint64_t version) {
  write_little_endian(encoded_entry.data(), version);
}

void LmdbKvBatch::put(const KvEntry& entry, std::string_view value) {
  check_kv_entry(entry);
  check_kv_value_size(entry.key, value.size());
  entries_.emplace_back(entry.key, encode_entry({0, entry.expiration, entry.metadata, value}));
}

void LmdbKvBatch::commit() {
  if (entries_.empty()) return;
  environment_.write([&](Transaction& transaction) {
    const Database database = transaction.make(database_name_);
    std::uint64_t number = 0;
    for (auto& [key, bytes] : entries_) {
      set_version(bytes, version_of(transaction, number++));
      store_entry(transaction, database, key, bytes);
    }
  });
  entries_.clear();
  environment_.close();
}

}  // namespace corral::lmdb

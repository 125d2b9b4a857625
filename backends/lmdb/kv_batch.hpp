#pragma once

#include <string>
#include <utility>
#include <vector>

#include "backends/kv_store.hpp"
#include "backends/lmdb/environment.hpp"

namespace corral::lmdb {

/// Buffers entries in memory until `commit` writes them in one transaction, so that the write lock is not
/// held while the caller is busy. The caller bounds the size of a batch.
class LmdbKvBatch final : public KvBatch {
 public:
  LmdbKvBatch(Environment& environment, std::string database_name)
      : environment_(environment), database_name_(std::move(database_name)) {}

  void put(const KvEntry& entry, std::string_view value) override;
  void commit() override;

 private:
  Environment& environment_;
  std::string database_name_;
  std::vector<std::pair<std::string, std::string>> entries_;  ///< key and encoded entry, version still 0
};

/// The version given to the `number`-th write of a transaction.
std::uint64_t version_of(const Transaction& transaction, std::uint64_t number);

/// Sets the version in an encoded entry.
void set_version(std::string& encoded_entry, std::uint64_t version);

}  // namespace corral::lmdb

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/kv_store.hpp"
#include "backends/lmdb/environment.hpp"

namespace corral::lmdb {

/// A KV namespace in an LMDB environment: one named database with inline values. Reads never wait. A value is
/// copied out of the map: reading costs its size in memory but pins no pages.
class LmdbKvStore final : public KvStore {
 public:
  LmdbKvStore(Environment& environment, std::string database_name)
      : environment_(environment), database_name_(std::move(database_name)) {}

  std::optional<KvValue> get(std::string_view key, UnixMillis now) override;
  std::optional<KvItem> head(std::string_view key, UnixMillis now) override;
  bool put(const KvEntry& entry, ByteSource& value, Condition condition, UnixMillis now) override;
  std::unique_ptr<KvBatch> begin_batch() override;
  std::size_t erase(std::span<const std::string> keys) override;
  bool erase_version(std::string_view key, std::string_view version) override;
  bool rename(std::string_view from, std::string_view to, UnixMillis now) override;
  KvPage list(const KvListOptions& options, UnixMillis now) override;
  KvStats stats(UnixMillis now, std::size_t biggest) override;
  [[nodiscard]] std::string location() const override { return environment_.folder().native(); }

 private:
  void sweep(const std::vector<std::string>& expired, UnixMillis now) noexcept;

  Environment& environment_;
  std::string database_name_;
};

/// The KV namespaces in an LMDB environment.
class LmdbKvBackend final : public KvBackend {
 public:
  /// The environment must outlive the backend and its stores.
  explicit LmdbKvBackend(Environment& environment) : environment_(environment) {}

  std::unique_ptr<KvStore> open(std::string_view namespace_id) override;
  std::vector<std::string> stored_namespaces() override;
  std::uint64_t drop(std::string_view namespace_id) override;

 private:
  Environment& environment_;
};

}  // namespace corral::lmdb

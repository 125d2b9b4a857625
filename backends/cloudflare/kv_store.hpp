#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/cloudflare/session.hpp"
#include "backends/kv_store.hpp"

namespace corral::cloudflare {

/// A KV namespace of the account, by the REST API (docs/reference/remote.md). Reads see what was written with
/// the delay that KV has (up to a minute in other places). Writes are sent again after a failure, which is
/// safe: they store the same again.
class AccountKvStore final : public KvStore {
 public:
  AccountKvStore(std::shared_ptr<Session> session, std::string id);

  std::optional<KvValue> get(std::string_view key, UnixMillis now) override;
  std::unique_ptr<ByteSource> value(std::string_view key, UnixMillis now) override;
  std::vector<std::optional<std::string>> values(std::span<const std::string> keys, UnixMillis now) override;
  std::optional<KvItem> head(std::string_view key, UnixMillis now) override;
  bool put(const KvEntry& entry, ByteSource& value, Condition condition, UnixMillis now) override;
  std::unique_ptr<KvBatch> begin_batch() override;
  std::size_t erase(std::span<const std::string> keys) override;
  bool erase_key(std::string_view key) override;
  bool erase_version(std::string_view key, std::string_view version) override;
  bool rename(std::string_view from, std::string_view to, UnixMillis now) override;
  KvPage list(const KvListOptions& options, UnixMillis now) override;
  void scan(const KvScanOptions& options, UnixMillis now, const KvTake& take) override;
  void set_part_size(std::size_t entries) override { part_size_ = entries; }
  KvStats stats(UnixMillis now, std::size_t biggest) override;
  [[nodiscard]] std::string location() const override;
  [[nodiscard]] KvTraits traits() const override;

 private:
  [[nodiscard]] std::string base() const;
  [[nodiscard]] std::string path_of(std::string_view key) const;
  std::unique_ptr<http::Response> fetch(std::string_view key);
  std::optional<std::string> fetch_whole(std::string_view key);
  std::optional<KvItem> find(std::string_view key, UnixMillis now);

  std::shared_ptr<Session> session_;
  std::string id_;
  std::size_t part_size_;
  /// Where the page begins that has the keys after `after`.
  struct {
    std::string prefix;
    std::string after;
    std::string cursor;
  } next_page_;
};

/// The KV namespaces of the account by id. A namespace has to be created before it is written to.
class AccountKvBackend final : public KvBackend {
 public:
  explicit AccountKvBackend(std::shared_ptr<Session> session) : session_(std::move(session)) {}

  std::unique_ptr<KvStore> open(std::string_view namespace_id) override;
  std::vector<std::string> stored_namespaces() override;
  std::uint64_t drop(std::string_view namespace_id) override;

 private:
  std::shared_ptr<Session> session_;
};

}  // namespace corral::cloudflare

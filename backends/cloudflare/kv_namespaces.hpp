#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/cloudflare/session.hpp"
#include "backends/kv_namespaces.hpp"

namespace corral::cloudflare {

/// The KV namespaces of the account, by the REST API (docs/reference/remote.md).
class AccountKvNamespaces final : public KvNamespaces {
 public:
  explicit AccountKvNamespaces(std::shared_ptr<Session> session) : session_(std::move(session)) {}

  std::vector<KvNamespace> list() override;
  std::optional<KvNamespace> find_title(std::string_view title) override;
  std::optional<KvNamespace> find_id(std::string_view id) override;
  KvNamespace create(const NewKvNamespace& wanted) override;
  void rename(std::string_view id, std::string_view new_title) override;
  std::optional<std::uint64_t> remove(std::string_view id) override;
  std::optional<KvStats> totals(std::string_view /*id*/, UnixMillis /*now*/) override { return std::nullopt; }
  std::string id_of_binding(const std::optional<std::string>& worker, std::string_view binding) override;
  [[nodiscard]] bool made_by_first_write() const override { return false; }
  std::string owner() override;

 private:
  [[nodiscard]] std::string base() const;
  [[nodiscard]] std::string path_of(std::string_view id) const;

  std::shared_ptr<Session> session_;
};

}  // namespace corral::cloudflare

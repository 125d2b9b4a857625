#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/cloudflare/session.hpp"
#include "backends/d1_databases.hpp"

namespace corral::cloudflare {

/// The D1 databases of the account, by the REST and GraphQL APIs (docs/reference/remote.md).
class AccountD1Databases final : public D1Databases, private D1History {
 public:
  explicit AccountD1Databases(std::shared_ptr<Session> session) : session_(std::move(session)) {}

  std::vector<D1Database> list() override;
  std::optional<D1Database> find(std::string_view name_or_id) override;
  std::string id_of_binding(const D1Binding& binding) override;
  D1Database create(const NewD1Database& wanted) override;
  bool remove(std::string_view id) override;
  std::optional<D1Totals> totals(std::string_view /*id*/) override { return std::nullopt; }
  std::string description(std::string_view id, UnixMillis now) override;
  std::vector<D1QueryCost> insights(const D1InsightsRequest& request) override;
  D1History* history() override { return this; }
  std::optional<std::filesystem::path> migrations_lock(std::string_view /*id*/) override {
    return std::nullopt;
  }
  [[nodiscard]] bool made_by_first_write() const override { return false; }
  std::string owner() override;

 private:
  void check_kept(std::string_view id) override;
  std::string bookmark(std::string_view id, std::optional<UnixMillis> moment) override;
  std::string restore(std::string_view id, std::string_view bookmark) override;
  [[nodiscard]] std::string base() const;
  [[nodiscard]] std::string path_of(std::string_view id) const;

  std::shared_ptr<Session> session_;
};

}  // namespace corral::cloudflare

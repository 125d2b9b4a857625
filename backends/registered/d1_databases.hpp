#pragma once

#include "backends/clock.hpp"
#include "backends/corral_layout.hpp"
#include "backends/d1_databases.hpp"
#include "backends/insight_log.hpp"
#include "backends/sql_database.hpp"

namespace corral {

/// The databases of a state folder: the registry knows those that were created here, the backend those that
/// have a file.
class RegisteredD1Databases final : public D1Databases {
 public:
  /// `insights`: nullptr if none are kept. All must outlive it.
  RegisteredD1Databases(Registry& registry, SqlBackend& backend, InsightLog* insights,
                        const CorralLayout& layout, const Clock& clock)
      : registry_(registry), backend_(backend), insights_(insights), layout_(layout), clock_(clock) {}

  std::vector<D1Database> list() override;
  std::optional<D1Database> find(std::string_view name_or_id) override;
  std::string id_of_binding(const D1Binding& binding) override;
  D1Database create(const NewD1Database& wanted) override;
  bool remove(std::string_view id) override;
  std::optional<D1Totals> totals(std::string_view id) override;
  std::string description(std::string_view /*id*/, UnixMillis /*now*/) override { return {}; }
  std::vector<D1QueryCost> insights(const D1InsightsRequest& request) override;
  D1History* history() override { return nullptr; }
  std::optional<std::filesystem::path> migrations_lock(std::string_view id) override;
  [[nodiscard]] bool made_by_first_write() const override { return true; }
  std::string owner() override { return {}; }

 private:
  Registry& registry_;
  SqlBackend& backend_;
  InsightLog* insights_;
  const CorralLayout& layout_;
  const Clock& clock_;
};

}  // namespace corral

#pragma once

#include <filesystem>

#include "backends/insight_log.hpp"
#include "backends/lmdb/environment.hpp"

namespace corral::lmdb {

/// Insights in an LMDB environment of their own, so that its lack of flushes endangers nothing else. Sums are
/// kept by database, hour and query.
class LmdbInsightLog final : public InsightLog {
 public:
  explicit LmdbInsightLog(std::filesystem::path folder)
      : environment_(std::move(folder), Environment::Flush::never) {}

  void record(std::string_view database_id, UnixMillis now,
              std::span<const QueryInsight> queries) noexcept override;
  std::vector<QueryInsight> since(std::string_view database_id, UnixMillis from) override;
  void forget(std::string_view database_id) noexcept override;

 private:
  Environment environment_;
};

}  // namespace corral::lmdb

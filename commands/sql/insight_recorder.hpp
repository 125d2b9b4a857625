#pragma once

#include <map>
#include <string>
#include <vector>

#include "backends/insight_log.hpp"
#include "backends/sql_database.hpp"

namespace corral {

/// Hands results on and adds up what each query of a batch costs. Of a long script the first statements are
/// told apart by their text; the others count as one query, so that an import does not pay for it.
class InsightRecorder final : public SqlResults {
 public:
  explicit InsightRecorder(SqlResults& results) : results_(results) {}

  void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) override;
  void row(SqlRow row) override;
  void end(const SqlStatementStats& stats) override;

  [[nodiscard]] std::vector<QueryInsight> queries() const;

 private:
  SqlResults& results_;
  std::map<std::string, QueryInsight> queries_;
  QueryInsight* current_ = nullptr;
  std::uint64_t statements_ = 0;
};

}  // namespace corral

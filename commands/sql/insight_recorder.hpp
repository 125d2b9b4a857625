#pragma once

#include <map>
#include <string>
#include <vector>

#include "backends/insight_log.hpp"
#include "backends/sql_database.hpp"

namespace corral {

/// Forwards results and accumulates the cost of each query in a batch. In a long script, only the first
/// statements are distinguished by their text and the rest count as one query, to keep imports fast.
class InsightRecorder final : public SqlResults {
 public:
  explicit InsightRecorder(SqlResults& results) : results_(results) {}

  void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) override;
  void row(SqlRow row) override;
  void end(const SqlStatementStats& stats) override;
  bool take_answer(const std::string& json) override { return results_.take_answer(json); }

  [[nodiscard]] std::vector<QueryInsight> queries() const;

 private:
  SqlResults& results_;
  std::map<std::string, QueryInsight> queries_;
  QueryInsight* current_ = nullptr;
  std::uint64_t statements_ = 0;
};

}  // namespace corral

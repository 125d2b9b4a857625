#include "commands/sql/insight_recorder.hpp"

#include "backends/sql_text/words.hpp"

namespace corral {

namespace {

constexpr std::uint64_t told_apart = 500;
constexpr const char* all_others = "(further statements of a script)";

}  // namespace

void InsightRecorder::begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) {
  ++statements_;
  if (statements_ <= told_apart) {
    const std::string query = sql::without_values(statement.text);
    current_ = &queries_[query];
    current_->query = query;
  } else if (statements_ == told_apart + 1) {
    current_ = &queries_[all_others];
    current_->query = all_others;
  }
  results_.begin(statement, columns);
}

void InsightRecorder::row(SqlRow row) {
  ++current_->rows_returned;
  results_.row(row);
}

void InsightRecorder::end(const SqlStatementStats& stats) {
  current_->runs += stats.runs;
  current_->total_ms += stats.duration_ms;
  current_->rows_read += stats.rows_read;
  current_->rows_written += stats.rows_written;
  results_.end(stats);
}

std::vector<QueryInsight> InsightRecorder::queries() const {
  std::vector<QueryInsight> all;
  for (const auto& [query, insight] : queries_) all.push_back(insight);
  return all;
}

}  // namespace corral

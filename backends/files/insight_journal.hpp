#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "backends/files/durable_file.hpp"
#include "backends/insight_log.hpp"

namespace corral {

/// Insights appended as lines to a file, `<folder>/queries`: a record costs an open, a lock, a write and a
/// close, whereas a transaction would take a sixth of a short command's time. Once the file has doubled in
/// size it is compacted: lines with the same hour, database and query are merged, and those older than 31
/// days dropped.
class InsightJournal final : public InsightLog {
 public:
  explicit InsightJournal(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void refuse_links() const override;
  void record(std::string_view database_id, UnixMillis now,
              std::span<const QueryInsight> queries) noexcept override;
  std::vector<QueryInsight> since(std::string_view database_id, UnixMillis from) override;
  void forget(std::string_view database_id) noexcept override;

 private:
  enum class Lock { shared, exclusive };
  [[nodiscard]] std::string file() const { return folder_.native() + "/queries"; }
  [[nodiscard]] FileDescriptor open(int flags, Lock lock) const;
  void rewrite(const std::function<bool(std::string_view database, UnixMillis hour)>& keeps);

  std::filesystem::path folder_;
};

}  // namespace corral

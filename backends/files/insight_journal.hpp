#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "backends/files/durable_file.hpp"
#include "backends/insight_log.hpp"

namespace corral {

/// Insights as lines at the end of a file, `<folder>/queries`: a record costs an open, a lock, a write and a
/// close, where a transaction would take a sixth of the time of a short command. The lines of one hour,
/// database and query are summed up when the file has doubled; what is older than 31 days goes then.
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

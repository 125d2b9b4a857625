#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "backends/bytes/unix_time.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/insight_log.hpp"

namespace corral {

/// Insights as lines at the end of a file (docs/formats.md): a record costs an open, a lock, a write and a
/// close, where a transaction would take a sixth of the time of a short command. The lines of one hour,
/// database and query are summed up when the file has doubled; what is older than 31 days goes then.
///
/// The file begins with the version of its format. One of an earlier build has none: it is read all the same,
/// and the next record rewrites it. Of a newer version `since` throws unavailable; the others leave it as it
/// is.
class InsightJournal final : public InsightLog {
 public:
  explicit InsightJournal(std::filesystem::path file) : file_(std::move(file)) {}

  void refuse_links() const override;
  void record(std::string_view database_id, UnixMillis now,
              std::span<const QueryInsight> queries) noexcept override;
  std::vector<QueryInsight> since(std::string_view database_id, UnixMillis from) override;
  void forget(std::string_view database_id) noexcept override;

 private:
  enum class Lock { shared, exclusive };
  [[nodiscard]] FileDescriptor open(int flags, Lock lock) const;
  void rewrite(const std::function<bool(std::string_view database, UnixMillis hour)>& keeps);

  std::filesystem::path file_;
};

}  // namespace corral

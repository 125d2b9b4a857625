#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <thread>

#include "backends/bytes/byte_stream.hpp"
#include "backends/sql_database.hpp"

namespace corral::sql_copy {

/// The SQL of a database's dump as a stream to read from: a thread writes it, at most a few hundred KiB
/// ahead, so that none of it waits on the disk.
class DumpSource final : public ByteSource {
 public:
  /// The database must outlive this object, and must not be used otherwise while it lives; so must what the
  /// options' functions refer to, which are called from the thread.
  DumpSource(SqlDatabase& database, SqlDumpOptions options);
  DumpSource(const DumpSource&) = delete;
  DumpSource& operator=(const DumpSource&) = delete;
  /// Ends the dump if it has not ended.
  ~DumpSource() override;

  /// Throws what the dump throws.
  std::size_t read(std::span<char> buffer) override;

 private:
  class Sink;
  void run(SqlDatabase& database, const SqlDumpOptions& options) noexcept;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string written_;  ///< and not read yet
  bool is_end_ = false;
  bool is_abandoned_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace corral::sql_copy

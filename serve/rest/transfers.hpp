#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "backends/bytes/byte_stream.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/files/durable_file.hpp"
#include "commands/text/json.hpp"
#include "serve/rest/route.hpp"

namespace corral::serve::rest {

/// An unnamed temporary file with its content. Any number of threads may read it.
class StoredFile {
 public:
  /// Holds what `fill` writes.
  explicit StoredFile(const std::function<void(ByteSink& sink)>& fill);

  [[nodiscard]] const std::string& md5() const noexcept { return md5_; }  ///< in hex
  /// A reader of its own, which keeps the file.
  static std::unique_ptr<ByteSource> read(std::shared_ptr<StoredFile> file);

 private:
  std::unique_ptr<FileSource> file_;
  std::uint64_t size_ = 0;
  std::string md5_;
};

/// Work that outlasts the request that began it. Thread-safe.
class Job {
 public:
  void finish(Json outcome);
  [[nodiscard]] bool is_done();
  /// The outcome, waited for as long as a poll is held; nullopt: not yet.
  [[nodiscard]] std::optional<Json> wait();

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  std::optional<Json> outcome_;
};

/// The jobs that a handler has begun. Its end waits for theirs.
class Jobs {
 public:
  Jobs() = default;
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;
  ~Jobs();

  /// Does `work` in a thread of its own; the job's outcome is what it returns. It must not throw.
  void start(const std::shared_ptr<Job>& job, std::function<Json()> work);

 private:
  struct Running {
    std::shared_ptr<Job> job;
    std::thread thread;
  };
  std::vector<Running> running_;
};

/// The files on their way to and from D1, and the jobs that use them, of a whole server. Each has a name of
/// 128 random bits, which is all that it takes to reach it: who asked for it, with the token, was given the
/// name. It is forgotten after an hour, and so is the oldest when there are more than a hundred. Thread-safe.
class Transfers {
 public:
  /// The name for a file that is to be uploaded for a database.
  std::string expect(const std::string& database, UnixMillis now);
  /// Stores an expected file, once or again. Throws Refusal (404) if none is expected by that name.
  void store(const std::string& name, std::shared_ptr<StoredFile> file, UnixMillis now);
  /// The file that was uploaded for a database; nullptr if absent.
  std::shared_ptr<StoredFile> take(const std::string& name, const std::string& database, UnixMillis now);

  /// The name by which a file can be downloaded.
  std::string offer(std::shared_ptr<StoredFile> file, UnixMillis now);
  /// Throws Refusal (404).
  std::shared_ptr<StoredFile> offered(const std::string& name, UnixMillis now);

  /// The name of a job on a database.
  std::string add(std::shared_ptr<Job> job, const std::string& database, UnixMillis now);
  /// nullptr if it does not exist.
  std::shared_ptr<Job> job(const std::string& name, const std::string& database, UnixMillis now);

 private:
  struct Entry {
    enum class Kind { upload, download, job } kind;
    UnixMillis since = 0;
    std::string database = {};
    std::shared_ptr<StoredFile> file = {};
    std::shared_ptr<Job> job = {};
  };
  std::string insert(Entry entry);
  Entry* find(const std::string& name, Entry::Kind kind, UnixMillis now);

  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

/// Uploads and downloads, which need no token: "transfers/NAME".
inline constexpr std::string_view transfer_path = "transfers/";
std::span<const Route> transfer_routes();

/// The address of a file for the client that asks.
std::string transfer_url(const Call& call, const std::string& name);

}  // namespace corral::serve::rest

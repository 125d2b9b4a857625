#include "backends/sqlite/database_copy.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <sqlite3.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/unknown_outcome.hpp"

namespace corral::sqlite {

namespace fs = std::filesystem;

namespace {

constexpr auto longest_wait = std::chrono::seconds(15);
constexpr auto pause_between_attempts = std::chrono::milliseconds(5);

struct FinishBackup {
  void operator()(sqlite3_backup* backup) const noexcept { sqlite3_backup_finish(backup); }
};

/// Removes the file unless it was kept.
class Unfinished {
 public:
  explicit Unfinished(fs::path file) : file_(std::move(file)) {}
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    for (const char* const suffix : {"", "-journal", "-wal", "-shm"})
      ::unlink((file_.native() + suffix).c_str());
  }

 private:
  fs::path file_;
};

}  // namespace

void copy_content(const Connection& from, const Connection& to) {
  const std::unique_ptr<sqlite3_backup, FinishBackup> backup(
      sqlite3_backup_init(to.handle(), "main", from.handle(), "main"));
  if (!backup) to.fail(sqlite3_errcode(to.handle()));
  const auto deadline = std::chrono::steady_clock::now() + longest_wait;
  while (true) {
    const int result = sqlite3_backup_step(backup.get(), -1);
    if (result == SQLITE_DONE) return;
    const bool busy = result == SQLITE_BUSY || result == SQLITE_LOCKED;
    // The last step includes the commit.
    if (!busy || std::chrono::steady_clock::now() > deadline) to.fail_commit(result);
    std::this_thread::sleep_for(pause_between_attempts);
  }
}

void copy_to_new_file(const Connection& from, const fs::path& file) {
  if (nofollow::status(file)) {
    throw Error(ErrorKind::conflict, fmt::format("{} exists already", shown(file.native())));
  }
  const fs::path unfinished = file.native() + ".unfinished-" + std::to_string(::getpid());
  const Unfinished remove_if_not_renamed(unfinished);
  {
    const Connection to = Connection::open_or_create(unfinished);
    try {
      copy_content(from, to);
    } catch (const UnknownOutcome& error) {
      throw Error(error.kind(), fmt::format("cannot make {}: {}", shown(file.native()), error.reason()),
                  "check the free space and the disk");
    }
    // A single self-contained file.
    to.execute("PRAGMA journal_mode = DELETE");
  }
  const FileDescriptor written = nofollow::open_for_reading(unfinished);
  flush_to_disk(written.get(), unfinished.native());
  // Unlike rename, link does not replace a file created in the meantime.
  if (::link(unfinished.c_str(), file.c_str()) != 0) {
    throw system_error(errno, fmt::format("cannot make {}", shown(file.native())));
  }
  flush_folder(file.has_parent_path() ? file.parent_path() : fs::path("."));
}

}  // namespace corral::sqlite

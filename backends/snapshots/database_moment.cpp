#include "backends/snapshots/database_moment.hpp"

#include <atomic>
#include <cstring>
#include <sys/stat.h>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/platform/file_times.hpp"

namespace corral::snapshots {

namespace fs = std::filesystem;

namespace {

constexpr int index_page_bytes = 32'768;
/// Offsets in the WAL-index header, in the machine's byte order: the commit counter, and the range that
/// identifies the content (the log's length, checksum and salt). The counter restarts when the last
/// connection closes.
constexpr std::size_t commits_offset = 8;
constexpr std::size_t content_offset = 12;
constexpr std::size_t content_end = 40;
constexpr int attempts_at_whole_header = 1000;

sqlite::Connection open(const fs::path& file) {
  auto connection = sqlite::Connection::open_existing(file);
  if (!connection) throw Error(ErrorKind::not_found, fmt::format("{} is gone", shown(file.native())));
  return std::move(*connection);
}

}  // namespace

DatabaseMoment::DatabaseMoment(const fs::path& file) : connection_(open(file)) {}

DatabaseMoment::~DatabaseMoment() {
  if (open_) sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

std::optional<DatabaseMoment::LogHeader> DatabaseMoment::log_header() const {
  if (!in_wal_mode_) return std::nullopt;
  sqlite3_file* file = nullptr;
  const int found = sqlite3_file_control(connection_.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (found != SQLITE_OK || file->pMethods->iVersion < 2) return std::nullopt;
  void volatile* index = nullptr;
  const int mapped = file->pMethods->xShmMap(file, 0, index_page_bytes, 0, &index);
  if (mapped != SQLITE_OK) connection_.fail(mapped);
  if (index == nullptr) return std::nullopt;
  // The header is stored twice and the second copy is written first: during a commit the two differ.
  for (int attempt = 0; attempt < attempts_at_whole_header; ++attempt) {
    LogHeader first{};
    LogHeader second{};
    const char* const bytes = static_cast<const char*>(const_cast<void*>(index));
    std::memcpy(first.data(), bytes, first.size());
    std::atomic_thread_fence(std::memory_order_seq_cst);
    std::memcpy(second.data(), bytes + second.size(), second.size());
    if (first == second) return first;
    std::this_thread::yield();
  }
  return std::nullopt;
}

void DatabaseMoment::end() {
  if (std::exchange(open_, false)) connection_.execute("ROLLBACK");
}

std::uint32_t DatabaseMoment::commits() const {
  std::uint32_t count = 0;
  if (header_) std::memcpy(&count, header_->data() + commits_offset, sizeof count);
  return count;
}

void DatabaseMoment::begin() {
  end();
  if (!header_) {
    // The first read maps the WAL index.
    sqlite::Statement mode = connection_.prepare("PRAGMA journal_mode");
    in_wal_mode_ = mode.step() && mode.text(0) == "wal";
    mode.reset();
    connection_.prepare("PRAGMA schema_version").run();
  }
  header_ = log_header();
  connection_.execute("BEGIN");
  open_ = true;
  connection_.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").run();
}

bool DatabaseMoment::current() const {
  // Without a WAL, a reader's lock blocks commits.
  return !in_wal_mode_ || (header_ && header_ == log_header());
}

std::string DatabaseMoment::signature() const {
  struct stat status {};
  if (!header_ || ::lstat(connection_.file().c_str(), &status) != 0) return {};
  const timespec modified = platform::modified_at(status);
  return fmt::format("{}-{}-{}.{}-{}", status.st_ino, status.st_size, modified.tv_sec, modified.tv_nsec,
                     hex(std::string_view(header_->data() + content_offset, content_end - content_offset)));
}

void DatabaseMoment::read_pages(const std::function<void(std::string_view)>& write) const {
#ifdef CORRAL_SQLITE_HAS_PAGES
  sqlite::Statement pages = connection_.prepare("SELECT pgno, data FROM sqlite_dbpage");
  while (pages.step()) write(pages.cell(1).bytes);
#else
  sqlite3_int64 bytes = 0;
  unsigned char* const start = sqlite3_serialize(connection_.handle(), "main", &bytes, 0);
  if (start == nullptr && bytes != 0) connection_.fail(SQLITE_NOMEM);
  if (start != nullptr) write({reinterpret_cast<char*>(start), static_cast<std::size_t>(bytes)});
  sqlite3_free(start);
#endif
}

}  // namespace corral::snapshots

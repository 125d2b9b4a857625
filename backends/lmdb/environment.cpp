#include "backends/lmdb/environment.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>
#include <lmdb.h>

#include "backends/bytes/text.hpp"
#include "backends/corral_layout.hpp"
#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/lmdb/lmdb_failure.hpp"
#include "backends/lmdb/unmade_file.hpp"
#include "backends/platform/flush.hpp"
#include "backends/unknown_outcome.hpp"

namespace corral::lmdb {

namespace {

constexpr std::size_t first_map_bytes = std::size_t{16} << 20U;
constexpr unsigned max_readers = 510;

}  // namespace

Environment::~Environment() {
  close();
}

bool Environment::open(bool create) {
  if (environment_ != nullptr) return true;
  const std::string file = CorralLayout::data_of(folder_).native();
  nofollow::refuse_links(folder_);  // LMDB opens its files by path
  const auto status = nofollow::regular_file_status(file);
  if (!status && !create) return false;
  if (!status) nofollow::make_folders(folder_);
  const std::uint64_t length =
      begin_again_if_unmade(file, status ? static_cast<std::uint64_t>(status->st_size) : 0);
  nofollow::regular_file_status(CorralLayout::lock_of(folder_));
  const std::string action = fmt::format("cannot open {}", shown(file));
  MDB_env* environment = nullptr;
  int code = mdb_env_create(&environment);
  if (code != MDB_SUCCESS) throw error_for(code, action);
  mdb_env_set_maxdbs(environment, max_databases);
  mdb_env_set_maxreaders(environment, max_readers);
  if (length == 0) mdb_env_set_mapsize(environment, first_map_bytes);
  code = mdb_env_open(environment, folder_.c_str(), MDB_NOTLS | (flush_ == Flush::never ? MDB_NOSYNC : 0U),
                      0666);
  if (code != MDB_SUCCESS) {
    mdb_env_close(environment);
    throw error_for(code, action);
  }
  environment_ = environment;
  // LMDB leaves this descriptor open on exec: a child would inherit it and could mistake it for one that was
  // passed to it on purpose (inherited_descriptor).
  int descriptor = -1;
  if (mdb_env_get_fd(environment_, &descriptor) == MDB_SUCCESS) ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  check_file_is_whole();
  return true;
}

bool Environment::is_file_short(int& descriptor, std::uint64_t& needed) const {
  MDB_envinfo info{};
  MDB_stat stat{};
  struct stat file {};
  mdb_env_info(environment_, &info);
  mdb_env_stat(environment_, &stat);
  mdb_env_get_fd(environment_, &descriptor);
  needed = (static_cast<std::uint64_t>(info.me_last_pgno) + 1) * stat.ms_psize;
  return ::fstat(descriptor, &file) == 0 && static_cast<std::uint64_t>(file.st_size) < needed;
}

/// Pages that a transaction allocated at the end of the file and freed again are never written. The file is
/// then shorter than LMDB's metadata says, and would look truncated to other processes. If this fails, or the
/// process dies first, check_file_is_whole repairs it.
void Environment::lengthen_file() noexcept {
  int descriptor = -1;
  std::uint64_t needed = 0;
  if (!is_file_short(descriptor, needed)) return;
  MDB_txn* lock = nullptr;
  if (mdb_txn_begin(environment_, nullptr, 0, &lock) != MDB_SUCCESS) return;
  if (is_file_short(descriptor, needed)) {
    // Best effort: nothing is lost on failure.
    [[maybe_unused]] const int failed = ::ftruncate(descriptor, static_cast<off_t>(needed));
  }
  mdb_txn_abort(lock);
}

/// Whether all pages from `first` to `last` are on LMDB's free list: an unnamed database keyed by the
/// transaction that freed them, whose values hold a count and the page numbers.
bool Environment::are_free(Transaction& transaction, std::uint64_t first, std::uint64_t last) {
  std::uint64_t found = 0;
  Cursor cursor = transaction.cursor({0});
  for (auto record = cursor.first(); record; record = cursor.next()) {
    std::vector<std::size_t> pages(record->second.size() / sizeof(std::size_t));
    std::memcpy(pages.data(), record->second.data(), pages.size() * sizeof(std::size_t));
    if (pages.empty()) continue;
    pages.resize(std::min(pages.size(), pages.front() + 1));
    found += static_cast<std::uint64_t>(std::count_if(
        pages.begin() + 1, pages.end(), [&](std::size_t page) { return page >= first && page <= last; }));
  }
  return found == last - first + 1;
}

/// Reading a page beyond the end of a truncated file would kill the process with SIGBUS. A file that lacks
/// only free pages is intact and is extended.
void Environment::check_file_is_whole() {
  int descriptor = -1;
  std::uint64_t needed = 0;
  if (!is_file_short(descriptor, needed)) return;
  MDB_txn* const lock = begin(0);
  bool is_whole = !is_file_short(descriptor, needed);
  struct stat file {};
  if (!is_whole && ::fstat(descriptor, &file) == 0 &&
      ::ftruncate(descriptor, static_cast<off_t>(needed)) == 0) {
    MDB_stat stat{};
    mdb_env_stat(environment_, &stat);
    // LMDB exposes its free list only within a read transaction.
    MDB_txn* reader = nullptr;
    try {
      reader = begin(MDB_RDONLY);
      Transaction transaction(reader, folder_);
      is_whole = are_free(transaction, static_cast<std::uint64_t>(file.st_size) / stat.ms_psize,
                          needed / stat.ms_psize - 1);
    } catch (const Error&) {
      is_whole = false;
    }
    if (reader != nullptr) mdb_txn_abort(reader);
    if (!is_whole) [[maybe_unused]]
      const int failed = ::ftruncate(descriptor, file.st_size);
  }
  mdb_txn_abort(lock);
  if (is_whole) return;
  close();
  throw Error(ErrorKind::corrupt,
              fmt::format("{} is cut short", shown(CorralLayout::data_of(folder_).native())),
              "restore it from a copy; to start empty, move its folder away");
}

MDB_txn* Environment::begin(unsigned flags) {
  for (int attempt = 0;; ++attempt) {
    MDB_txn* transaction = nullptr;
    const int code = mdb_txn_begin(environment_, nullptr, flags, &transaction);
    if (code == MDB_SUCCESS) return transaction;
    if (attempt < 100 && code == MDB_MAP_RESIZED) {
      mdb_env_set_mapsize(environment_, 0);  // adopt the size set by another process
    } else if (attempt < 100 && code == MDB_READERS_FULL) {
      int dead = 0;
      mdb_reader_check(environment_, &dead);
      if (dead == 0) ::usleep(10'000);
    } else {
      throw error_for(code, fmt::format("cannot use {}", shown(folder_.native())));
    }
  }
}

void Environment::grow() {
  MDB_envinfo info{};
  mdb_env_info(environment_, &info);
  const int code = mdb_env_set_mapsize(environment_, info.me_mapsize * 2);
  if (code != MDB_SUCCESS) throw error_for(code, fmt::format("cannot enlarge {}", shown(folder_.native())));
}

void Environment::close_handles(const Transaction& transaction) {
  for (const unsigned handle : transaction.opened_) mdb_dbi_close(environment_, handle);
}

bool Environment::read(const std::function<void(Transaction&)>& body) {
  const std::scoped_lock turn(turn_);
  if (!open(false)) return false;
  Transaction transaction(begin(MDB_RDONLY), folder_);
  const auto end = [&] {
    mdb_txn_abort(transaction.transaction_);
    close_handles(transaction);
  };
  try {
    transaction.learn_format();
    body(transaction);
  } catch (...) {
    end();
    throw;
  }
  end();
  return true;
}

void Environment::write(const std::function<void(Transaction&)>& body) {
  const std::scoped_lock turn(turn_);
  open(true);
  int dead = 0;
  mdb_reader_check(environment_, &dead);
  while (true) {
    Transaction transaction(begin(0), folder_);
    try {
      transaction.learn_format();
      transaction.upgrade_format();
      body(transaction);
    } catch (const MapFull&) {
      mdb_txn_abort(transaction.transaction_);
      grow();
      continue;
    } catch (...) {
      mdb_txn_abort(transaction.transaction_);
      throw;
    }
    const int code = mdb_txn_commit(transaction.transaction_);
    if (code == MDB_MAP_FULL) {
      grow();
      continue;
    }
    if (code != MDB_SUCCESS) fail_commit(code);
    if (flush_ != Flush::never) flush_commit();
    close_handles(transaction);
    lengthen_file();
    return;
  }
}

/// LMDB writes and flushes a transaction's pages before the meta page that commits them. If only that last
/// write fails, it may still have reached the disk, and LMDB refuses all further work with the environment.
void Environment::fail_commit(int code) {
  MDB_txn* probe = nullptr;
  const bool is_unknown = mdb_txn_begin(environment_, nullptr, MDB_RDONLY, &probe) == MDB_PANIC;
  if (probe != nullptr) mdb_txn_abort(probe);
  if (!is_unknown) throw error_for(code, fmt::format("cannot write to {}", shown(folder_.native())));
  close();
  throw UnknownOutcome(fmt::format("the change to {}", shown(folder_.native())), mdb_strerror(code));
}

void Environment::flush_commit() const {
  int descriptor = -1;
  mdb_env_get_fd(environment_, &descriptor);
  if (platform::flush_lmdb_commit(descriptor) == 0) return;
  throw UnknownOutcome(fmt::format("the change to {}", shown(folder_.native())), std::strerror(errno));
}

void Environment::close() noexcept {
  const std::scoped_lock turn(turn_);
  if (environment_ != nullptr) mdb_env_close(environment_);
  environment_ = nullptr;
}

std::uint64_t Environment::last_write() {
  const std::scoped_lock turn(turn_);
  MDB_envinfo info{};
  if (open(false)) mdb_env_info(environment_, &info);
  return info.me_last_txnid;
}

std::uint64_t Environment::map_bytes() {
  const std::scoped_lock turn(turn_);
  MDB_envinfo info{};
  if (open(false)) mdb_env_info(environment_, &info);
  return info.me_mapsize;
}

}  // namespace corral::lmdb

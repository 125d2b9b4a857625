#include "tests/backends/failing_disk.hpp"

#include <cstddef>
#include <stdexcept>

#include <sqlite3.h>

namespace corral::testing {

namespace {

struct Plan {
  FailingDisk::Fault fault = FailingDisk::Fault::flush_error;
  std::uint64_t fails_at = 0;
  std::uint64_t calls = 0;

  /// Counts a call; whether it is the one.
  bool is_due() { return ++calls == fails_at; }
};

Plan plan;
sqlite3_vfs failing_vfs;
sqlite3_vfs* real_vfs = nullptr;

/// What SQLite allocates for a file: this, followed by the real one.
struct File {
  sqlite3_file base;
  int kind;
};

sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<std::byte*>(file) + sizeof(File));
}

/// A function of the real file, called for ours.
template <auto Member, typename... Arguments>
auto forward(sqlite3_file* file, Arguments... arguments) {
  return (real(file)->pMethods->*Member)(real(file), arguments...);
}

bool is_kept(sqlite3_file* file) {
  constexpr int kept = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL;
  return (reinterpret_cast<File*>(file)->kind & kept) != 0;
}

int fail_write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  if (plan.fault == FailingDisk::Fault::write_error) return SQLITE_IOERR_WRITE;
  forward<&sqlite3_io_methods::xWrite>(file, bytes, count / 2, offset);
  return SQLITE_FULL;
}

int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  if (is_kept(file) && plan.fault != FailingDisk::Fault::flush_error && plan.is_due())
    return fail_write(file, bytes, count, offset);
  return forward<&sqlite3_io_methods::xWrite>(file, bytes, count, offset);
}

int sync(sqlite3_file* file, int /*flags*/) {
  if (is_kept(file) && plan.fault == FailingDisk::Fault::flush_error && plan.is_due())
    return SQLITE_IOERR_FSYNC;
  return SQLITE_OK;
}

using Methods = sqlite3_io_methods;

const Methods methods = {
    .iVersion = 2,  // without memory mapping, which the real one offers in version 3
    .xClose = forward<&Methods::xClose>,
    .xRead = forward<&Methods::xRead, void*, int, sqlite3_int64>,
    .xWrite = write,
    .xTruncate = forward<&Methods::xTruncate, sqlite3_int64>,
    .xSync = sync,
    .xFileSize = forward<&Methods::xFileSize, sqlite3_int64*>,
    .xLock = forward<&Methods::xLock, int>,
    .xUnlock = forward<&Methods::xUnlock, int>,
    .xCheckReservedLock = forward<&Methods::xCheckReservedLock, int*>,
    .xFileControl = forward<&Methods::xFileControl, int, void*>,
    .xSectorSize = forward<&Methods::xSectorSize>,
    .xDeviceCharacteristics = forward<&Methods::xDeviceCharacteristics>,
    .xShmMap = forward<&Methods::xShmMap, int, int, int, void volatile**>,
    .xShmLock = forward<&Methods::xShmLock, int, int, int>,
    .xShmBarrier = forward<&Methods::xShmBarrier>,
    .xShmUnmap = forward<&Methods::xShmUnmap, int>,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  const int result = real_vfs->xOpen(real_vfs, name, real(file), flags, out_flags);
  file->pMethods = real(file)->pMethods != nullptr ? &methods : nullptr;
  reinterpret_cast<File*>(file)->kind = flags;
  return result;
}

}  // namespace

FailingDisk::FailingDisk(Fault fault, std::uint64_t fails_at) {
  plan = {.fault = fault, .fails_at = fails_at};
  real_vfs = sqlite3_vfs_find(nullptr);
  failing_vfs = *real_vfs;
  failing_vfs.zName = "failing";
  failing_vfs.szOsFile = real_vfs->szOsFile + static_cast<int>(sizeof(File));
  failing_vfs.xOpen = open;
  if (sqlite3_vfs_register(&failing_vfs, 1) != SQLITE_OK) throw std::runtime_error("no failing disk");
}

FailingDisk::~FailingDisk() {
  sqlite3_vfs_unregister(&failing_vfs);
  sqlite3_vfs_register(real_vfs, 1);
}

bool FailingDisk::has_failed() {
  return plan.fails_at != 0 && plan.calls >= plan.fails_at;
}

}  // namespace corral::testing

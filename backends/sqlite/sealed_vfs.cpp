#include "backends/sqlite/sealed_vfs.hpp"

#include <cerrno>
#include <cstring>
#include <new>

#include <sqlite3.h>

#include "backends/error.hpp"
#include "backends/files/sealed_file.hpp"

namespace corral::sqlite {

namespace {

constexpr const char* vfs_name = "corral-sealed";
constexpr int sector_bytes = 4096;
constexpr int longest_name = 512;

/// What SQLite allocates for an open file.
struct OpenFile {
  sqlite3_file base;
  SealedFile* file;
};

SealedFile& sealed(sqlite3_file* file) {
  return *reinterpret_cast<OpenFile*>(file)->file;
}

/// SQLite is C: no exception may pass through it.
template <typename Action>
int guarded(int failure, Action&& action) noexcept {
  try {
    return action();
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  } catch (const std::exception&) {
    return errno == ENOSPC ? SQLITE_FULL : failure;
  }
}

int close_file(sqlite3_file* file) {
  delete &sealed(file);
  return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* buffer, int count, sqlite3_int64 offset) {
  return guarded(SQLITE_IOERR_READ, [&] {
    const auto wanted = static_cast<std::size_t>(count);
    char* const bytes = static_cast<char*>(buffer);
    const std::size_t got = sealed(file).read(static_cast<std::uint64_t>(offset), {bytes, wanted});
    if (got == wanted) return SQLITE_OK;
    std::memset(bytes + got, 0, wanted - got);
    return SQLITE_IOERR_SHORT_READ;
  });
}

int write_file(sqlite3_file* file, const void* buffer, int count, sqlite3_int64 offset) {
  return guarded(SQLITE_IOERR_WRITE, [&] {
    sealed(file).write(static_cast<std::uint64_t>(offset),
                       {static_cast<const char*>(buffer), static_cast<std::size_t>(count)});
    return SQLITE_OK;
  });
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  return guarded(SQLITE_IOERR_TRUNCATE, [&] {
    sealed(file).resize(static_cast<std::uint64_t>(size));
    return SQLITE_OK;
  });
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(sealed(file).size());
  return SQLITE_OK;
}

// The file ends with the process, so it needs no flush; no other process can open it, so it needs no locks.
int sync_file(sqlite3_file* /*file*/, int /*flags*/) {
  return SQLITE_OK;
}
int lock_file(sqlite3_file* /*file*/, int /*level*/) {
  return SQLITE_OK;
}
int check_lock(sqlite3_file* /*file*/, int* is_reserved) {
  *is_reserved = 0;
  return SQLITE_OK;
}
int control_file(sqlite3_file* /*file*/, int /*operation*/, void* /*argument*/) {
  return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file* /*file*/) {
  return sector_bytes;
}
int characteristics(sqlite3_file* /*file*/) {
  return 0;
}

const sqlite3_io_methods& methods() {
  static const sqlite3_io_methods all = [] {
    sqlite3_io_methods one{};
    one.iVersion = 1;
    one.xClose = close_file;
    one.xRead = read_file;
    one.xWrite = write_file;
    one.xTruncate = truncate_file;
    one.xSync = sync_file;
    one.xFileSize = size_of_file;
    one.xLock = lock_file;
    one.xUnlock = lock_file;
    one.xCheckReservedLock = check_lock;
    one.xFileControl = control_file;
    one.xSectorSize = sector_size;
    one.xDeviceCharacteristics = characteristics;
    return one;
  }();
  return all;
}

int open_file(sqlite3_vfs* /*vfs*/, const char* /*name*/, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  return guarded(SQLITE_CANTOPEN, [&] {
    reinterpret_cast<OpenFile*>(file)->file = new SealedFile;
    file->pMethods = &methods();
    if (out_flags != nullptr) *out_flags = flags;
    return SQLITE_OK;
  });
}

int delete_file(sqlite3_vfs* /*vfs*/, const char* /*name*/, int /*sync*/) {
  return SQLITE_OK;
}
int is_there(sqlite3_vfs* /*vfs*/, const char* /*name*/, int /*flags*/, int* found) {
  *found = 0;
  return SQLITE_OK;
}
int full_path(sqlite3_vfs* /*vfs*/, const char* name, int count, char* out) {
  sqlite3_snprintf(count, out, "%s", name);
  return SQLITE_OK;
}

}  // namespace

const char* sealed_vfs() {
  static const bool is_registered = [] {
    // Time, sleep and randomness are those of the system.
    static sqlite3_vfs vfs = *sqlite3_vfs_find(nullptr);
    vfs.iVersion = 1;
    vfs.pNext = nullptr;
    vfs.zName = vfs_name;
    vfs.szOsFile = sizeof(OpenFile);
    vfs.mxPathname = longest_name;
    vfs.xOpen = open_file;
    vfs.xDelete = delete_file;
    vfs.xAccess = is_there;
    vfs.xFullPathname = full_path;
    return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
  }();
  static_cast<void>(is_registered);
  return vfs_name;
}

}  // namespace corral::sqlite

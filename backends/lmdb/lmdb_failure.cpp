#include "backends/lmdb/lmdb_failure.hpp"

#include <fmt/format.h>
#include <lmdb.h>

namespace corral::lmdb {

Error error_for(int code, const std::string& action) {
  switch (code) {
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
      return {ErrorKind::corrupt, fmt::format("{}: {}", action, mdb_strerror(code)),
              "restore the file from a copy; to start empty, move its folder away"};
    case MDB_PANIC:  // the original failure has been reported; the file itself may be intact
      return {ErrorKind::io, fmt::format("{}: a write to it failed before", action),
              "check the disk and run the command again"};
    case MDB_BAD_VALSIZE:
    case MDB_DBS_FULL:
    case MDB_READERS_FULL:
    case MDB_TXN_FULL: return {ErrorKind::limit, fmt::format("{}: {}", action, mdb_strerror(code))};
    default: return system_error(code, action);
  }
}

void check(int code, const char* action) {
  if (code == MDB_MAP_FULL) throw MapFull{};
  if (code != MDB_SUCCESS) throw error_for(code, action);
}

}  // namespace corral::lmdb

#include "backends/sqlite/failure.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <unistd.h>

#include <fmt/format.h>
#include <sqlite3.h>

#include "backends/bytes/text.hpp"
#include "backends/files/nofollow.hpp"

namespace corral::sqlite {

namespace {

int primary(int result_code) {
  return result_code & 0xFF;
}

/// Whether the handle's last recorded error is this failure.
bool knows(sqlite3* database, int result_code) {
  return database != nullptr && primary(sqlite3_errcode(database)) == primary(result_code);
}

/// The errno of a failed read of the database or its WAL; 0: no read failed. SQLite misreports some of these
/// (EIO) as corruption.
int failed_read(sqlite3* database) {
  for (const int pointer : {SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER}) {
    sqlite3_file* file = nullptr;
    int error_number = 0;
    if (database != nullptr && sqlite3_file_control(database, "main", pointer, &file) == SQLITE_OK &&
        file != nullptr && file->pMethods != nullptr &&
        file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error_number) == SQLITE_OK &&
        (error_number == EIO || error_number == ENXIO || error_number == ERANGE)) {
      return error_number;
    }
  }
  return 0;
}

/// The visible obstacle to using a file; nullopt if there is none.
std::optional<Error> obstacle_of(const std::filesystem::path& file) {
  constexpr std::array<const char*, 4> suffixes = {"", "-wal", "-shm", "-journal"};
  try {
    nofollow::refuse_links(file);
    for (const char* const suffix : suffixes) {
      const std::filesystem::path part = file.native() + suffix;
      if (nofollow::regular_file_status(part) &&
          ::faccessat(AT_FDCWD, part.c_str(), R_OK | W_OK, AT_EACCESS) != 0)
        return system_error(errno, fmt::format("cannot use {}", shown(part.native())));
    }
    const std::filesystem::path folder = file.parent_path();
    if (!folder.empty() && nofollow::is_folder(folder) &&
        ::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
      return system_error(errno, fmt::format("cannot make files in {}", shown(folder.native())));
    }
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

Error unusable(sqlite3* database, int result_code, const std::filesystem::path& file) {
  if (file.is_absolute()) {
    if (auto obstacle = obstacle_of(file)) return std::move(*obstacle);
  }
  const std::string action = fmt::format("cannot use {}", shown(file.native()));
  const int system = primary(result_code) == SQLITE_FULL ? ENOSPC
                     : knows(database, result_code)      ? sqlite3_system_errno(database)
                                                         : 0;
  const std::string hint = system == 0 ? std::string() : system_error(system, action).hint();
  return Error(ErrorKind::io, fmt::format("{}: {}", action, reason_of(database, result_code)),
               hint.empty() ? "check the disk, and who may write to the state folder" : hint);
}

}  // namespace

std::string reason_of(sqlite3* database, int result_code) {
  const bool is_known = knows(database, result_code);
  std::string reason = is_known ? sqlite3_errmsg(database) : sqlite3_errstr(result_code);
  const int code = primary(result_code);
  const int system =
      is_known && (code == SQLITE_IOERR || code == SQLITE_CANTOPEN) ? sqlite3_system_errno(database) : 0;
  if (system != 0) reason += fmt::format(" ({})", std::strerror(system));
  return reason;
}

Error failure_of(sqlite3* database, int result_code, const std::filesystem::path& file) {
  const std::string name = shown(file.native());
  const std::string reason = reason_of(database, result_code);
  switch (primary(result_code)) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return Error(ErrorKind::busy, fmt::format("another process holds {} locked ({})", name, reason),
                   "wait for it to finish and run the command again");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      if (const int error_number = failed_read(database); error_number != 0)
        return system_error(error_number, fmt::format("cannot read {}", name));
      return Error(ErrorKind::corrupt, fmt::format("{} is damaged or not a database ({})", name, reason),
                   "restore it from a copy; to start empty, move it and its -wal and -shm away");
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return unusable(database, result_code, file);
    case SQLITE_NOMEM: return Error(ErrorKind::limit, fmt::format("out of memory while using {}", name));
    case SQLITE_TOOBIG: return Error(ErrorKind::limit, fmt::format("{}: {}", name, reason));
    default: return Error(ErrorKind::invalid_input, fmt::format("{}: {}", name, reason));
  }
}

}  // namespace corral::sqlite

#include "backends/sqlite/file_removal.hpp"

#include <cerrno>
#include <unistd.h>

#include <fmt/format.h>
#include <sqlite3.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/unknown_outcome.hpp"

namespace corral::sqlite {

namespace {

/// Leaving WAL mode requires exclusive access, and no other process can open the database while that lock is
/// held.
bool lock_out_others(const Connection& connection) {
  sqlite3_busy_timeout(connection.handle(), 0);
  try {
    connection.execute("PRAGMA locking_mode = EXCLUSIVE");
    Statement mode = connection.prepare("PRAGMA journal_mode = DELETE");
    if (!mode.step() || mode.text(0) != "delete") return false;
    mode.reset();
    connection.execute("BEGIN EXCLUSIVE");
    return true;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::busy) return false;
    throw;
  }
}

}  // namespace

bool remove_if_unused(const Connection& connection) {
  try {
    if (!lock_out_others(connection)) return false;
    if (::unlink(connection.file().c_str()) != 0 && errno != ENOENT)
      throw system_error(errno, "cannot remove it");
    flush_folder(connection.file().parent_path());
    return true;
  } catch (const Error& error) {
    throw UnknownOutcome(fmt::format("the removal of {}", shown(connection.file().native())),
                         error.message());
  }
}

}  // namespace corral::sqlite

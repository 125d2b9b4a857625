#include "backends/sqlite/file_removal.hpp"

#include <cerrno>
#include <unistd.h>

#include <fmt/format.h>
#include <sqlite3.h>

#include "backends/error.hpp"
#include "backends/text.hpp"

namespace corral::sqlite {

bool remove_if_unused(const Connection& connection) {
  // Leaving WAL mode needs the file for oneself alone. As long as that lock is held, nobody else gets in.
  sqlite3_busy_timeout(connection.handle(), 0);
  try {
    connection.execute("PRAGMA locking_mode = EXCLUSIVE");
    Statement mode = connection.prepare("PRAGMA journal_mode = DELETE");
    if (!mode.step() || mode.text(0) != "delete") return false;
    mode.reset();
    connection.execute("BEGIN EXCLUSIVE");
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::busy) return false;
    throw;
  }
  if (::unlink(connection.file().c_str()) != 0 && errno != ENOENT) {
    throw system_error(errno, fmt::format("cannot remove {}", shown(connection.file().native())));
  }
  return true;
}

}  // namespace corral::sqlite

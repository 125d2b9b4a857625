#pragma once

namespace corral::testing {

/// Whether the tests run on the SQLite that the project brings, with D1's options (cmake/Sqlite.cmake). With
/// -DCORRAL_SQLITE=system they run on the system's, which counts no rows and lacks functions and
/// sqlite_dbpage.
#ifdef CORRAL_SQLITE_COUNTS_ROWS
inline constexpr bool has_own_sqlite = true;
#else
inline constexpr bool has_own_sqlite = false;
#endif

}  // namespace corral::testing

#pragma once

#include <string>
#include <string_view>

namespace corral {

/// The git commit of the build, 40 hexadecimal digits; "-dirty" follows if the tree had changes; empty:
/// unknown.
std::string_view program_commit();

/// What `corral --version --json` prints: the version, the commit, the versions of SQLite, LMDB and OpenSSL
/// that are linked in, and the versions of wrangler that the tests run on.
std::string version_json();

}  // namespace corral

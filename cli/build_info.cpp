#include "cli/build_info.hpp"

#include <fmt/format.h>
#include <lmdb.h>
#include <openssl/opensslv.h>
#include <sqlite3.h>

#include "cli/line/version.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral {

std::string version_json() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  mdb_version(&major, &minor, &patch);
  Json json{{"program", "corral"}, {"version", program_version}};
  if (!program_commit().empty()) json["commit"] = program_commit();
  json["sqlite"] = sqlite3_libversion();
  json["lmdb"] = fmt::format("{}.{}.{}", major, minor, patch);
  // Not OpenSSL_version(), which would link most of libcrypto: 3.5 MB of the binary.
  json["openssl"] = OPENSSL_VERSION_STR;
  json["tested_with"] = Json{{"wrangler", Json::array({CORRAL_TESTED_WRANGLERS})}};
  return json_text(json, 2) + "\n";
}

}  // namespace corral

#include "cli/build_info.hpp"

#include <fmt/format.h>
#include <lmdb.h>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <sqlite3.h>

#include "cli/line/version.hpp"

namespace corral {

std::string version_json() {
  using Json = nlohmann::ordered_json;
  int major = 0;
  int minor = 0;
  int patch = 0;
  mdb_version(&major, &minor, &patch);
  Json json{{"program", "corral"}, {"version", program_version}};
  if (!program_commit().empty()) json["commit"] = program_commit();
  json["sqlite"] = sqlite3_libversion();
  json["lmdb"] = fmt::format("{}.{}.{}", major, minor, patch);
  json["openssl"] = OpenSSL_version(OPENSSL_VERSION_STRING);
  json["tested_with"] = Json{{"wrangler", Json::array({CORRAL_TESTED_WRANGLER})}};
  return json.dump(2) + "\n";
}

}  // namespace corral

// The D1 databases of an account, for the conformance suite.
#include <memory>

#include "backends/cloudflare/d1_backend.hpp"
#include "tests/backends/account_session.hpp"
#include "tests/backends/sql_backends.hpp"

namespace corral::testing {

const std::vector<SqlImplementation>& sql_implementations() {
  static const std::vector<SqlImplementation> all = {
      {"account", [](const std::filesystem::path& /*state_root*/) -> std::unique_ptr<SqlBackend> {
         return std::make_unique<cloudflare::AccountSqlBackend>(
             open_account_session(),
             [](const SqlOpenOptions& /*options*/) -> std::unique_ptr<SqlDatabase> { return nullptr; });
       }}};
  return all;
}

}  // namespace corral::testing

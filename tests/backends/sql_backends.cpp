#include "tests/backends/sql_backends.hpp"

#include "backends/wrangler/d1_backend.hpp"

namespace corral::testing {

const std::vector<SqlImplementation>& sql_implementations() {
  static const std::vector<SqlImplementation> all = {
      {"wrangler", [](const std::filesystem::path& state_root) -> std::unique_ptr<SqlBackend> {
         return std::make_unique<wrangler::WranglerD1Backend>(state_root);
       }}};
  return all;
}

}  // namespace corral::testing

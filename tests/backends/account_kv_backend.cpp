// The KV backend of an account, for the conformance suite.
#include <memory>

#include "backends/cloudflare/kv_store.hpp"
#include "tests/backends/account_session.hpp"
#include "tests/backends/kv_backends.hpp"

namespace corral::testing {

const std::vector<KvImplementation>& kv_implementations() {
  static const std::vector<KvImplementation> all = {
      {"account", [](const std::filesystem::path& /*state_root*/) -> std::unique_ptr<KvBackend> {
         return std::make_unique<cloudflare::AccountKvBackend>(open_account_session());
       }}};
  return all;
}

}  // namespace corral::testing

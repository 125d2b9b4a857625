// The KV backend of an account, for the conformance suite. Every backend gets an account of its own.
#include <memory>

#include "backends/cloudflare/kv_store.hpp"
#include "tests/backends/account_session.hpp"
#include "tests/backends/kv_backends.hpp"

namespace corral::testing {

namespace {

std::unique_ptr<KvBackend> open_account(const std::filesystem::path& /*state_root*/) {
  return std::make_unique<cloudflare::AccountKvBackend>(open_test_account());
}

}  // namespace

const std::vector<KvImplementation>& kv_implementations() {
  static const std::vector<KvImplementation> all = {{"account", open_account}};
  return all;
}

}  // namespace corral::testing

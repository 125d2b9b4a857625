// The R2 backend of an account, for the conformance suite: against the server that CLOUDFLARE_API_BASE_URL
// names (tests/remote/conformance.test.mjs starts it). Every backend gets an account of its own.
#include <cstdlib>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/cloudflare/object_backend.hpp"
#include "backends/cloudflare/session.hpp"
#include "tests/backends/object_backends.hpp"
#include "tests/fake_clock.hpp"
#include "tests/fixed_environment.hpp"

namespace corral::testing {

namespace {

std::unique_ptr<ObjectBackend> open_account_buckets(const std::filesystem::path& /*state_root*/) {
  static const FakeClock clock;  // pauses before a further attempt, and for the rate, take no time
  const char* const base = std::getenv("CLOUDFLARE_API_BASE_URL");
  const auto environment = std::make_shared<FixedEnvironment>();
  environment->set("CLOUDFLARE_API_BASE_URL", base != nullptr ? base : "");
  environment->set("CLOUDFLARE_API_TOKEN", "SECRET-token");
  const std::string account = random_hex(16);
  if (const char* const endpoint = std::getenv("AWS_ENDPOINT_URL_S3"))
    environment->set("AWS_ENDPOINT_URL_S3", fmt::format("{}/{}", endpoint, account));
  return std::make_unique<cloudflare::AccountObjectBackend>(std::make_shared<cloudflare::Session>(
      cloudflare::SessionSetup{.environment = environment,
                               .clock = clock,
                               .user_agent = "corral-tests",
                               .warn = [](std::string_view) {},
                               .log = {},
                               .check_interrupt = [] {},
                               .configured_account = [account] { return std::optional(account); },
                               .project_folder = [] { return std::filesystem::path("/nonexistent"); }}));
}

}  // namespace

const std::vector<ObjectImplementation>& object_implementations() {
  static const std::vector<ObjectImplementation> all = {
      {.name = "account", .open = open_account_buckets, .in_files = false}};
  return all;
}

}  // namespace corral::testing

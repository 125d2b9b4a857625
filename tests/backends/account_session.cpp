#include "tests/backends/account_session.hpp"

#include <cstdlib>
#include <string>

#include "backends/bytes/hashing.hpp"
#include "tests/fake_clock.hpp"
#include "tests/fixed_environment.hpp"

namespace corral::testing {

std::shared_ptr<cloudflare::Session> open_test_account() {
  static const FakeClock clock;  // pauses before a further attempt, and for the rate, take no time
  const char* const base = std::getenv("CLOUDFLARE_API_BASE_URL");
  const auto environment = std::make_shared<FixedEnvironment>();
  environment->set("CLOUDFLARE_API_BASE_URL", base != nullptr ? base : "");
  environment->set("CLOUDFLARE_API_TOKEN", "SECRET-token");
  const std::string account = random_hex(16);
  return std::make_shared<cloudflare::Session>(
      cloudflare::SessionSetup{.environment = environment,
                               .clock = clock,
                               .user_agent = "corral-tests",
                               .warn = [](std::string_view) {},
                               .log = {},
                               .check_interrupt = [] {},
                               .configured_account = [account] { return std::optional(account); },
                               .project_folder = [] { return std::filesystem::path("/nonexistent"); }});
}

}  // namespace corral::testing

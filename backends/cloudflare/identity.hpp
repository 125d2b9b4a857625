#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "backends/clock.hpp"
#include "backends/cloudflare/variables.hpp"
#include "backends/identity.hpp"

namespace corral::cloudflare {

/// What an identity stands on.
struct IdentitySetup {
  std::shared_ptr<const Environment> environment;
  const Clock& clock;  ///< must outlive it
  std::string user_agent;
  Remark warn;
  Remark log;  ///< gets a line a request; may be empty
  std::function<void()> check_interrupt;
  std::function<std::optional<std::string>()> configured_account;  ///< account_id of the config
  std::function<std::filesystem::path()> project_folder;
};

/// The Identity that Cloudflare's REST API and wrangler's files give.
std::unique_ptr<Identity> open_identity(IdentitySetup setup);

}  // namespace corral::cloudflare

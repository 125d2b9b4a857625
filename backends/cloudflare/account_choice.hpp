#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "backends/cloudflare/variables.hpp"
#include "backends/identity.hpp"

namespace corral::cloudflare {

/// The account in use, as Identity::account documents it. `configured`: the config's account_id. `folder`:
/// the project's, in which wrangler caches its choice.
std::optional<AccountInUse> choose_account(const Variables& variables,
                                           const std::optional<std::string>& configured,
                                           const std::filesystem::path& folder,
                                           const std::vector<Account>& reachable);

}  // namespace corral::cloudflare

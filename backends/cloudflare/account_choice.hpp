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

/// Keeps the choice for the next run, as and where wrangler keeps it, which then need not ask either. It is
/// only a memory: a folder that cannot be written to is no error.
void remember_account(const Variables& variables, const std::filesystem::path& folder,
                      const Account& account);

}  // namespace corral::cloudflare

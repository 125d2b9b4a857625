#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/clock.hpp"
#include "backends/cloudflare/secret.hpp"

namespace corral {
class Environment;
}

namespace corral::cloudflare {

/// What `wrangler login` stores (wrangler 4.164.0; measured).
struct Login {
  Secret access_token;
  std::optional<UnixMillis> expires;  ///< of the access token; nullopt: it has to be renewed
  Secret refresh_token;               ///< good for one renewal; empty: it cannot be renewed
  std::vector<std::string> scopes;
  bool is_api_token = false;  ///< an API token that wrangler 1 left (`api_token`); never renewed
};

/// Where wrangler keeps the login: `~/.wrangler/config/` if the folder ~/.wrangler exists, else
/// `.wrangler/config/` below $XDG_CONFIG_HOME, ~/.config or (macOS) ~/Library/Preferences; in it
/// default.toml, staging.toml with WRANGLER_API_ENVIRONMENT=staging, or the profile that
/// CLOUDFLARE_AUTH_PROFILE names. nullopt without HOME. Throws invalid_input for a profile that is no name.
std::optional<std::filesystem::path> login_file(const Environment& environment);

/// Reads it; nullopt if the file does not exist or holds no token. Throws invalid_input, naming the place, if
/// it is not TOML; the message shows nothing of its contents.
std::optional<Login> read_login(const std::filesystem::path& file);

/// Replaces the login in an existing file, as wrangler writes it: atomically, durably, readable to its owner
/// alone. Throws not_found if the file is gone (`wrangler logout`), and io.
void write_login(const std::filesystem::path& file, const Login& login);

}  // namespace corral::cloudflare

#pragma once

#include <filesystem>

#include "backends/bytes/unix_time.hpp"
#include "backends/cloudflare/credentials.hpp"
#include "backends/cloudflare/login_file.hpp"

namespace corral::cloudflare {

bool is_expired(const Login& login, UnixMillis now);

/// Exchanges the refresh token of a login file for new tokens (OAuth 2.0, RFC 6749 section 6) and stores
/// them, because the old refresh token is worth nothing from then on. One process at a time: the one that
/// waited finds the new login in the file. WRANGLER_TOKEN_URL and WRANGLER_CLIENT_ID replace wrangler's own.
/// Throws denied if the server refuses, with what to do.
Login renew(const CredentialSetup& setup, const std::filesystem::path& file);

}  // namespace corral::cloudflare

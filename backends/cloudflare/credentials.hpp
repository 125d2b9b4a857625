#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "backends/clock.hpp"
#include "backends/cloudflare/secret.hpp"
#include "backends/cloudflare/variables.hpp"
#include "backends/identity.hpp"

namespace corral::http {
class Client;
struct Header;
}  // namespace corral::http

namespace corral::cloudflare {

/// A credential with its secret.
struct Credential {
  CredentialInUse about;
  Secret secret;
};

/// What finding a credential stands on.
struct CredentialSetup {
  const Environment& environment;
  http::Client& http;
  const Clock& clock;
  Remark warn;
  std::function<void()> check_interrupt;
};

/// The credential in use, with wrangler's precedence: CLOUDFLARE_API_KEY together with CLOUDFLARE_EMAIL, then
/// CLOUDFLARE_API_TOKEN, then the login file. A login that has expired is renewed first and stored; other
/// processes of corral that want the same wait for that. Throws denied if it can no longer be renewed.
std::optional<Credential> find_credential(const CredentialSetup& setup);

/// The headers that show a credential.
std::vector<http::Header> authorization(const Credential& credential);

}  // namespace corral::cloudflare

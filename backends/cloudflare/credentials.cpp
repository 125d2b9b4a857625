#include "backends/cloudflare/credentials.hpp"

#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/cloudflare/login_file.hpp"
#include "backends/cloudflare/login_renewal.hpp"
#include "backends/error.hpp"
#include "backends/http/client.hpp"

namespace corral::cloudflare {

namespace {

std::optional<Credential> from_variables(const Variables& variables) {
  const auto key = variables.find("CLOUDFLARE_API_KEY");
  const auto email = variables.find("CLOUDFLARE_EMAIL");
  if (key && email) {
    return Credential{{.kind = CredentialKind::global_key,
                       .source = fmt::format("{} and {}", key->name, email->name),
                       .email = email->text,
                       .expires = {},
                       .scopes = {}},
                      Secret(key->text)};
  }
  if (const auto token = variables.find("CLOUDFLARE_API_TOKEN")) {
    return Credential{
        {.kind = CredentialKind::api_token, .source = token->name, .email = {}, .expires = {}, .scopes = {}},
        Secret(token->text)};
  }
  return std::nullopt;
}

std::optional<Credential> from_login(const CredentialSetup& setup) {
  const auto file = login_file(setup.environment);
  if (!file) return std::nullopt;
  std::optional<Login> login = read_login(*file);
  if (!login) return std::nullopt;
  if (login->is_api_token) {
    setup.warn(fmt::format("the API token in {} comes from wrangler 1; set CLOUDFLARE_API_TOKEN instead",
                           shown(file->native())));
  } else if (is_expired(*login, setup.clock.now())) {
    login = renew(setup, *file);
  }
  return Credential{{.kind = CredentialKind::login,
                     .source = file->native(),
                     .email = {},
                     .expires = login->expires,
                     .scopes = login->scopes},
                    login->access_token};
}

}  // namespace

std::optional<Credential> find_credential(const CredentialSetup& setup) {
  if (auto credential = from_variables(Variables(setup.environment, setup.warn))) return credential;
  return from_login(setup);
}

std::vector<http::Header> authorization(const Credential& credential) {
  if (credential.about.kind == CredentialKind::global_key) {
    return {{"X-Auth-Key", credential.secret.reveal()},
            {"X-Auth-Email", credential.about.email.value_or("")}};
  }
  return {{"Authorization", "Bearer " + credential.secret.reveal()}};
}

}  // namespace corral::cloudflare

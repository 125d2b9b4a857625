#include "backends/cloudflare/identity.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/cloudflare/account_choice.hpp"
#include "backends/cloudflare/api_client.hpp"
#include "backends/cloudflare/credentials.hpp"
#include "backends/error.hpp"
#include "backends/http/client.hpp"

namespace corral::cloudflare {

namespace {

std::string text_of(const nlohmann::json& object, const char* field) {
  if (!object.is_object()) return {};
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// CORRAL_HTTP_TIMEOUT: for how many seconds a server may say nothing.
std::chrono::milliseconds silence_limit(const Variables& variables) {
  constexpr double longest = 86'400;
  constexpr double milliseconds = 1000;
  const auto text = variables.text("CORRAL_HTTP_TIMEOUT");
  if (!text) return http::ClientSettings{}.silence_limit;
  double seconds = 0;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), seconds);
  const bool whole = read.ec == std::errc() && read.ptr == text->data() + text->size();
  if (!whole || !(seconds > 0 && seconds <= longest)) {
    throw Error(ErrorKind::usage,
                fmt::format("CORRAL_HTTP_TIMEOUT is \"{}\"; it takes seconds up to 86400", shown(*text)));
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * milliseconds));
}

class CloudflareIdentity final : public Identity {
 public:
  explicit CloudflareIdentity(IdentitySetup setup)
      : setup_(std::move(setup)),
        variables_(*setup_.environment, setup_.warn),
        http_(http::open_client(*setup_.environment, {.silence_limit = silence_limit(variables_),
                                                      .check_interrupt = setup_.check_interrupt,
                                                      .user_agent = setup_.user_agent})) {}

  std::optional<CredentialInUse> credential() override {
    if (!find()) return std::nullopt;
    return credential_->about;
  }

  TokenOwner token_owner() override {
    try {
      api().call({.path = "/user/tokens/verify"});
      return TokenOwner::user;
    } catch (const ApiError& error) {
      if (error.kind() != ErrorKind::denied) throw;
      return TokenOwner::account;
    }
  }

  std::optional<std::string> email() override {
    if (find() && credential_->about.email) return credential_->about.email;
    try {
      std::string email = text_of(api().call({.path = "/user"}).result, "email");
      if (email.empty()) return std::nullopt;
      return email;
    } catch (const ApiError& error) {
      if (error.kind() != ErrorKind::denied) throw;
      return std::nullopt;
    }
  }

  std::vector<Account> accounts() override {
    std::vector<Account> accounts;
    for (const nlohmann::json& account : api().all_pages("/accounts"))
      accounts.push_back({text_of(account, "id"), text_of(account, "name")});
    if (const auto members = memberships()) {
      std::erase_if(accounts, [&](const Account& account) {
        return std::find(members->begin(), members->end(), account.id) == members->end();
      });
    }
    return accounts;
  }

  std::optional<AccountInUse> account(const std::vector<Account>& reachable) override {
    return choose_account(variables_, setup_.configured_account(), setup_.project_folder(), reachable);
  }

 private:
  bool find() {
    if (!credential_) {
      credential_ =
          find_credential({*setup_.environment, *http_, setup_.clock, setup_.warn, setup_.check_interrupt});
    }
    return credential_.has_value();
  }

  ApiClient& api() {
    if (api_) return *api_;
    if (!find()) {
      throw Error(ErrorKind::denied, "there is no credential for Cloudflare's API",
                  "set CLOUDFLARE_API_TOKEN, or run 'wrangler login'");
    }
    std::vector<http::Header> headers = authorization(*credential_);
    for (http::Header& header : extra_headers(variables_)) headers.push_back(std::move(header));
    return api_.emplace(ApiSetup{.http = *http_,
                                 .clock = setup_.clock,
                                 .base = api_base(variables_),
                                 .headers = std::move(headers),
                                 .log = setup_.log,
                                 .check_interrupt = setup_.check_interrupt});
  }

  /// The accounts that the user is a member of; nullopt if the credential may not see that.
  std::optional<std::vector<std::string>> memberships() {
    try {
      std::vector<std::string> ids;
      for (const nlohmann::json& membership : api().all_pages("/memberships"))
        ids.push_back(membership.is_object() ? text_of(membership.value("account", nlohmann::json()), "id")
                                             : std::string());
      return ids;
    } catch (const ApiError& error) {
      if (error.kind() != ErrorKind::denied) throw;
      return std::nullopt;
    }
  }

  IdentitySetup setup_;
  Variables variables_;
  std::unique_ptr<http::Client> http_;
  std::optional<Credential> credential_;
  std::optional<ApiClient> api_;
};

}  // namespace

std::unique_ptr<Identity> open_identity(IdentitySetup setup) {
  return std::make_unique<CloudflareIdentity>(std::move(setup));
}

}  // namespace corral::cloudflare

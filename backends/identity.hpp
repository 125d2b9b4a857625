#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/clock.hpp"

namespace corral {

/// What a run shows Cloudflare to say who asks.
enum class CredentialKind {
  api_token,   ///< a token that was made for a purpose
  global_key,  ///< the user's global API key, with the user's email
  login,       ///< what `wrangler login` stored
};

/// A credential, without its secret.
struct CredentialInUse {
  CredentialKind kind = CredentialKind::api_token;
  std::string source;                 ///< the variables, or the file, that it comes from
  std::optional<std::string> email;   ///< the global key's
  std::optional<UnixMillis> expires;  ///< a login's; it is renewed by itself
  std::vector<std::string> scopes;    ///< a login's
};

/// Whose an API token is: one of an account has no user.
enum class TokenOwner { user, account };

struct Account {
  std::string id;
  std::string name;
  bool operator==(const Account&) const = default;
};

/// The account that commands would work on, and what says so.
struct AccountInUse {
  std::string id;
  std::string source;
};

/// Who a run is for Cloudflare's API. Nothing is read or sent before it is asked for; nothing that is
/// returned or thrown contains a secret.
class Identity {
 public:
  virtual ~Identity() = default;

  /// The credential in use: CLOUDFLARE_API_KEY with CLOUDFLARE_EMAIL, else CLOUDFLARE_API_TOKEN, else
  /// wrangler's login; nullopt if there is none. A login that has expired is renewed, which is the only
  /// request it makes.
  virtual std::optional<CredentialInUse> credential() = 0;

  /// Whose the API token in use is, by a request. Only for CredentialKind::api_token.
  virtual TokenOwner token_owner() = 0;

  /// The email of the user, by a request; nullopt where the credential may not know it.
  virtual std::optional<std::string> email() = 0;

  /// The accounts that the credential reaches, by requests. Throws denied if it is not valid.
  virtual std::vector<Account> accounts() = 0;

  /// The account in use, as far as that is known without a question: the config's account_id, else
  /// CLOUDFLARE_ACCOUNT_ID, else the choice that wrangler cached, else the only one of `reachable`; else
  /// nullopt. Throws invalid_input for an id that cannot be one.
  virtual std::optional<AccountInUse> account(const std::vector<Account>& reachable) = 0;
};

}  // namespace corral

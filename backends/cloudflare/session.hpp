#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/clock.hpp"
#include "backends/cloudflare/api_client.hpp"
#include "backends/cloudflare/credentials.hpp"
#include "backends/cloudflare/variables.hpp"
#include "backends/http/client.hpp"
#include "backends/identity.hpp"

namespace corral::cloudflare {

/// What a session stands on.
struct SessionSetup {
  std::shared_ptr<const Environment> environment;
  const Clock& clock;  ///< must outlive it
  std::string user_agent;
  Remark warn;
  Remark log;        ///< gets a line a request; may be empty
  Remark note = {};  ///< gets what a user may wonder at: from any thread; may be empty
  std::function<void()> check_interrupt;
  std::function<std::optional<std::string>()> configured_account;  ///< account_id of the config
  std::function<std::filesystem::path()> project_folder;
  /// Asks the user and returns the answer; empty if no user can be asked.
  std::function<std::string(std::string_view question)> ask = {};
};

/// One run's way to the account: the credential, the API, and which account it is. Reads nothing and connects
/// to nothing before it is asked. `api` and `account_path` can be called by any thread.
class Session {
 public:
  explicit Session(SessionSetup setup);

  [[nodiscard]] const Variables& variables() const { return variables_; }
  [[nodiscard]] const Clock& clock() const { return setup_.clock; }
  [[nodiscard]] http::Client& http() { return *http_; }
  void check_interrupt() const { setup_.check_interrupt(); }
  void warn(std::string_view text) const { setup_.warn(text); }
  /// Adds a line to the log of requests, if there is one: for requests that are not the API's.
  void log(std::string_view line) const {
    if (setup_.log) setup_.log(line);
  }

  /// The credential in use (find_credential); nullptr if there is none.
  const Credential* credential();

  /// Throws denied if there is no credential.
  ApiClient& api();

  /// The accounts that the credential reaches, by requests.
  std::vector<Account> accounts();

  /// The account in use as far as that is known without a question (Identity::account).
  std::optional<AccountInUse> known_account(const std::vector<Account>& reachable);

  /// The account in use: asks the API, and then the user, if nothing says which. Throws denied without a
  /// credential, not_found if it reaches no account, usage if there are several and no user can be asked.
  const AccountInUse& account();

  /// "/accounts/ID"
  std::string account_path() { return "/accounts/" + account().id; }

 private:
  std::optional<std::vector<std::string>> memberships();
  AccountInUse choose(const std::vector<Account>& reachable);

  SessionSetup setup_;
  Variables variables_;
  std::unique_ptr<http::Client> http_;
  std::recursive_mutex mutex_;  ///< of what is found once
  bool looked_ = false;
  std::optional<Credential> credential_;
  std::optional<ApiClient> api_;
  std::optional<AccountInUse> account_;
};

/// The string at `field` of a JSON object; empty for anything else.
std::string text_of(const nlohmann::ordered_json& object, const char* field);

}  // namespace corral::cloudflare

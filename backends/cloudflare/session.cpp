#include "backends/cloudflare/session.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/cloudflare/account_choice.hpp"
#include "backends/environment.hpp"
#include "backends/error.hpp"
#include "backends/platform/decimal_text.hpp"

namespace corral::cloudflare {

namespace {

/// CORRAL_HTTP_TIMEOUT: how many seconds a server may say nothing.
std::chrono::milliseconds silence_limit(const Variables& variables) {
  constexpr double longest = 86'400;
  constexpr double milliseconds = 1000;
  const auto text = variables.text("CORRAL_HTTP_TIMEOUT");
  if (!text) return http::ClientSettings{}.silence_limit;
  double seconds = 0;
  const auto read = platform::read_number(text->data(), text->data() + text->size(), seconds);
  const bool whole = read.ec == std::errc() && read.ptr == text->data() + text->size();
  if (!whole || !(seconds > 0 && seconds <= longest)) {
    throw Error(ErrorKind::usage,
                fmt::format("CORRAL_HTTP_TIMEOUT is \"{}\"; it takes seconds up to 86400", shown(*text)));
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * milliseconds));
}

}  // namespace

std::string text_of(const nlohmann::ordered_json& object, const char* field) {
  if (!object.is_object()) return {};
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Session::Session(SessionSetup setup)
    : setup_(std::move(setup)),
      variables_(*setup_.environment, setup_.warn),
      http_(http::open_client(*setup_.environment, {.silence_limit = silence_limit(variables_),
                                                    .check_interrupt = setup_.check_interrupt,
                                                    .user_agent = setup_.user_agent})) {}

const Credential* Session::credential() {
  const std::scoped_lock lock(mutex_);
  if (!std::exchange(looked_, true)) {
    credential_ =
        find_credential({*setup_.environment, *http_, setup_.clock, setup_.warn, setup_.check_interrupt});
  }
  return credential_ ? &*credential_ : nullptr;
}

ApiClient& Session::api() {
  const std::scoped_lock lock(mutex_);
  if (api_) return *api_;
  const Credential* const found = credential();
  if (found == nullptr) {
    throw Error(
        ErrorKind::denied, "there is no credential for Cloudflare's API",
        "set CLOUDFLARE_API_TOKEN (tokens are created at https://dash.cloudflare.com/profile/api-tokens), "
        "or run 'wrangler login'");
  }
  std::vector<http::Header> headers = authorization(*found);
  for (http::Header& header : extra_headers(variables_)) headers.push_back(std::move(header));
  return api_.emplace(ApiSetup{.http = *http_,
                               .clock = setup_.clock,
                               .base = api_base(variables_),
                               .headers = std::move(headers),
                               .log = setup_.log,
                               .note = setup_.note,
                               .check_interrupt = setup_.check_interrupt});
}

std::vector<Account> Session::accounts() {
  std::vector<Account> accounts;
  for (const nlohmann::ordered_json& account : api().all_pages("/accounts"))
    accounts.push_back({text_of(account, "id"), text_of(account, "name")});
  if (const auto members = memberships()) {
    std::erase_if(accounts, [&](const Account& account) {
      return std::find(members->begin(), members->end(), account.id) == members->end();
    });
  }
  return accounts;
}

/// The accounts that the user is a member of; nullopt if the credential may not see that.
std::optional<std::vector<std::string>> Session::memberships() {
  try {
    std::vector<std::string> ids;
    for (const nlohmann::ordered_json& membership : api().all_pages("/memberships"))
      ids.push_back(membership.is_object()
                        ? text_of(membership.value("account", nlohmann::ordered_json()), "id")
                        : std::string());
    return ids;
  } catch (const ApiError& error) {
    if (error.kind() != ErrorKind::denied) throw;
    return std::nullopt;
  }
}

std::optional<AccountInUse> Session::known_account(const std::vector<Account>& reachable) {
  return choose_account(variables_, setup_.configured_account(), setup_.project_folder(), reachable);
}

const AccountInUse& Session::account() {
  const std::scoped_lock lock(mutex_);
  if (account_) return *account_;
  account_ = known_account({});
  if (!account_) account_ = choose(accounts());
  return *account_;
}

AccountInUse Session::choose(const std::vector<Account>& reachable) {
  if (reachable.empty()) {
    throw Error(ErrorKind::not_found, "the credential reaches no account of Cloudflare",
                "check it with 'corral whoami', or set CLOUDFLARE_ACCOUNT_ID");
  }
  if (reachable.size() == 1) {
    remember_account(variables_, setup_.project_folder(), reachable.front());
    return {reachable.front().id, "the only account"};
  }
  std::string list;
  for (std::size_t i = 0; i < reachable.size(); ++i)
    list += fmt::format("\n  {}  {}  {}", i + 1, shown(reachable[i].id), shown(reachable[i].name));
  if (!setup_.ask) {
    throw Error(ErrorKind::usage, fmt::format("which account is meant? The credential reaches:{}", list),
                "set CLOUDFLARE_ACCOUNT_ID, or account_id in the config");
  }
  const std::string answer = setup_.ask(fmt::format("Accounts:{}\nWhich one, by its number?", list));
  std::size_t number = 0;
  const auto read = std::from_chars(answer.data(), answer.data() + answer.size(), number);
  if (read.ec != std::errc() || read.ptr != answer.data() + answer.size() || number < 1 ||
      number > reachable.size()) {
    throw Error(ErrorKind::usage, fmt::format("\"{}\" is not a number of the list", shown(answer)),
                "set CLOUDFLARE_ACCOUNT_ID, or account_id in the config");
  }
  remember_account(variables_, setup_.project_folder(), reachable[number - 1]);
  return {reachable[number - 1].id, "the answer"};
}

}  // namespace corral::cloudflare

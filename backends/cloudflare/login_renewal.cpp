#include "backends/cloudflare/login_renewal.hpp"

#include <fmt/format.h>

#include "backends/bytes/byte_stream.hpp"
#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/environment.hpp"
#include "backends/error.hpp"
#include "backends/files/file_lock.hpp"
#include "backends/http/client.hpp"

namespace corral::cloudflare {

namespace fs = std::filesystem;

namespace {

constexpr const char* token_address = "https://dash.cloudflare.com/oauth2/token";
constexpr const char* wrangler_client = "54d11594-84e4-41aa-b438-e81b8fa78ee7";
constexpr std::uint64_t max_login_bytes = std::uint64_t{1} << 20U;
constexpr const char* log_in_again = "run 'wrangler login', or set CLOUDFLARE_API_TOKEN";

Login ask(const CredentialSetup& setup, const Login& old) {
  const auto setting = [&](const char* name, const char* otherwise) {
    const auto value = setup.environment.get(name);
    return value && !value->empty() ? *value : std::string(otherwise);
  };
  const std::string form =
      http::encode_parameters({{"grant_type", "refresh_token"},
                               {"refresh_token", old.refresh_token.reveal()},
                               {"client_id", setting("WRANGLER_CLIENT_ID", wrangler_client)}});
  MemorySource body(form);
  const http::Url url = http::parse_url(setting("WRANGLER_TOKEN_URL", token_address));
  const auto response = setup.http.send({.method = "POST",
                                         .url = url,
                                         .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                                         .body = &body});
  const std::string answer = read_all(response->body(), max_login_bytes, "the answer");
  const int status = response->status();
  if (!http::is_success(status)) {
    const bool refused = !http::is_server_error(status);
    throw Error(refused ? ErrorKind::denied : ErrorKind::unavailable,
                fmt::format("wrangler's login has expired, and {} did not renew it (HTTP status {})",
                            shown(url.authority()), status),
                refused ? log_in_again : "try again later, or set CLOUDFLARE_API_TOKEN");
  }
  const nlohmann::ordered_json json = read_json(answer);
  const auto text = [&](const char* name) {
    const bool has = json.is_object() && json.contains(name) && json[name].is_string();
    return has ? json[name].get<std::string>() : std::string();
  };
  Login login;
  login.access_token = Secret(text("access_token"));
  if (login.access_token.empty()) {
    throw Error(ErrorKind::unavailable,
                fmt::format("wrangler's login has expired, and the answer of {} has no new token in it",
                            shown(url.authority())),
                log_in_again);
  }
  const std::string refresh_token = text("refresh_token");
  login.refresh_token = refresh_token.empty() ? old.refresh_token : Secret(refresh_token);
  const bool has_life = json.contains("expires_in") && json["expires_in"].is_number();
  login.expires = setup.clock.now() + (has_life ? json["expires_in"].get<UnixMillis>() * one_second : 0);
  const std::string scope = text("scope");
  for (std::size_t start = 0; start < scope.size();) {
    const std::size_t end = std::min(scope.find(' ', start), scope.size());
    if (end > start) login.scopes.push_back(scope.substr(start, end - start));
    start = end + 1;
  }
  if (login.scopes.empty()) login.scopes = old.scopes;
  return login;
}

}  // namespace

bool is_expired(const Login& login, UnixMillis now) {
  return !login.is_api_token && (!login.expires || *login.expires <= now);
}

Login renew(const CredentialSetup& setup, const fs::path& file) {
  const FileLock lock(fs::path(file.native() + ".lock"), setup.check_interrupt);
  const std::optional<Login> old = read_login(file);
  if (!old) throw Error(ErrorKind::denied, "wrangler's login was removed meanwhile", log_in_again);
  if (!is_expired(*old, setup.clock.now())) return *old;
  if (old->refresh_token.empty())
    throw Error(ErrorKind::denied, "wrangler's login has expired and cannot be renewed", log_in_again);
  Login renewed = ask(setup, *old);
  write_login(file, renewed);
  return renewed;
}

}  // namespace corral::cloudflare

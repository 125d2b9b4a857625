#include "backends/cloudflare/credentials.hpp"

#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <type_traits>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "backends/cloudflare/iso_time.hpp"
#include "backends/cloudflare/login_file.hpp"
#include "backends/error.hpp"
#include "tests/failure.hpp"
#include "tests/fake_clock.hpp"
#include "tests/fixed_environment.hpp"
#include "tests/temporary_folder.hpp"
#include "tests/unit/backends/http/scripted_client.hpp"

using namespace corral;
using namespace corral::cloudflare;
using namespace corral::testing;
namespace fs = std::filesystem;

namespace {

constexpr const char* renewed =
    R"({"access_token":"new-access","refresh_token":"new-refresh","expires_in":3600,"scope":"account:read offline_access"})";

/// A home with a login in it, or without.
struct Home {
  TemporaryFolder folder;
  FakeClock clock;
  ScriptedClient http{{}};
  std::vector<std::string> warnings;

  [[nodiscard]] fs::path file() const { return folder.path() / ".config/.wrangler/config/default.toml"; }
  void log_in(const std::string& text) const {
    fs::create_directories(file().parent_path());
    std::ofstream(file()) << text;
  }
  void log_in_until(UnixMillis end) const {
    log_in(fmt::format(
        "oauth_token = \"old-access\"\nexpiration_time = \"{}\"\nrefresh_token = \"old-refresh\"\n"
        "scopes = [ \"x\" ]\n",
        iso_time(end)));
  }
  [[nodiscard]] std::string stored() const {
    std::ostringstream text;
    text << std::ifstream(file()).rdbuf();
    return text.str();
  }

  std::optional<Credential> find(std::map<std::string, std::string> variables = {}) {
    variables.emplace("HOME", folder.path().native());
    FixedEnvironment environment;
    for (const auto& [name, value] : variables) environment.set(name, value);
    return find_credential(
        {environment, http, clock, [this](std::string_view line) { warnings.emplace_back(line); }, [] {}});
  }
  std::string secret(std::map<std::string, std::string> variables = {}) {
    const auto credential = find(std::move(variables));
    return credential ? credential->secret.reveal() : "none";
  }
};

}  // namespace

static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!fmt::is_formattable<Secret>::value);

TEST_CASE("the order of credentials") {
  Home home;
  CHECK(home.secret() == "none");
  CHECK(home.secret({{"CLOUDFLARE_API_KEY", "key"}}) == "none");
  CHECK(home.secret({{"CLOUDFLARE_API_TOKEN", "token"}, {"CLOUDFLARE_API_KEY", "key"}}) == "token");
  const auto key =
      home.find({{"CLOUDFLARE_API_TOKEN", "t"}, {"CLOUDFLARE_API_KEY", "key"}, {"CF_EMAIL", "me@x"}});
  REQUIRE(key);
  CHECK(key->about.kind == CredentialKind::global_key);
  CHECK(key->about.source == "CLOUDFLARE_API_KEY and CF_EMAIL");
  CHECK(authorization(*key).at(0).value == "key");
  CHECK(authorization(*key).at(1).value == "me@x");
  home.log_in_until(home.clock.now() + 60'000);
  CHECK(home.secret({{"CLOUDFLARE_API_TOKEN", "token"}}) == "token");
  const auto login = home.find();
  REQUIRE(login);
  CHECK(login->about.kind == CredentialKind::login);
  CHECK(login->about.source == home.file().native());
  CHECK(login->about.scopes == std::vector<std::string>{"x"});
  CHECK(authorization(*login).at(0).value == "Bearer old-access");
  CHECK(home.http.seen.empty());
}

TEST_CASE("old names count where the new are not set, with a warning") {
  Home home;
  CHECK(home.secret({{"CF_API_TOKEN", "old"}}) == "old");
  REQUIRE(home.warnings.size() == 1);
  CHECK(home.warnings[0].find("CLOUDFLARE_API_TOKEN") != std::string::npos);
  CHECK(home.secret({{"CF_API_TOKEN", "old"}, {"CLOUDFLARE_API_TOKEN", "new"}}) == "new");
  CHECK(home.secret({{"CF_API_TOKEN", "old"}, {"CLOUDFLARE_API_TOKEN", ""}}) == "none");
}

TEST_CASE("where the login lies") {
  Home home;
  const std::string at = home.folder.path().native();
  const auto place = [&](FixedEnvironment variables) {
    variables.set("HOME", at);
    return login_file(variables)->native();
  };
  CHECK(place({}) == home.file().native());
  CHECK(place({{"XDG_CONFIG_HOME", "/xdg"}}) == "/xdg/.wrangler/config/default.toml");
  CHECK(place({{"WRANGLER_API_ENVIRONMENT", "staging"}}) == at + "/.config/.wrangler/config/staging.toml");
  CHECK(place({{"CLOUDFLARE_AUTH_PROFILE", "work"}}) == at + "/.config/.wrangler/config/work.toml");
  CHECK(kind_of_failure([&] { place({{"CLOUDFLARE_AUTH_PROFILE", "../x"}}); }) == ErrorKind::invalid_input);
  fs::create_directories(home.folder.path() / ".wrangler");
  CHECK(place({{"XDG_CONFIG_HOME", "/xdg"}}) == at + "/.wrangler/config/default.toml");
  CHECK_FALSE(login_file(FixedEnvironment{}));
}

TEST_CASE("a login that has expired is renewed and stored as wrangler stores it, for its owner alone") {
  for (const bool has_time : {true, false}) {
    Home home;
    home.http = ScriptedClient({{.body = renewed}});
    if (has_time) {
      home.log_in_until(home.clock.now() - 1);
    } else {
      home.log_in("oauth_token = \"old-access\"\nrefresh_token = \"old-refresh\"\n");
    }
    ::chmod(home.file().c_str(), 0644);
    CHECK(home.secret({{"WRANGLER_TOKEN_URL", "http://auth.test/token"}}) == "new-access");
    REQUIRE(home.http.seen.size() == 1);
    CHECK(home.http.seen[0].address == "auth.test/token");
    CHECK(
        home.http.seen[0].body ==
        "grant_type=refresh_token&refresh_token=old-refresh&client_id=54d11594-84e4-41aa-b438-e81b8fa78ee7");
    CHECK(http::find_header(home.http.seen[0].headers, "content-type") ==
          "application/x-www-form-urlencoded");
    CHECK(home.stored() == fmt::format("oauth_token = \"new-access\"\nexpiration_time = \"{}\"\n"
                                       "refresh_token = \"new-refresh\"\n"
                                       "scopes = [ \"account:read\", \"offline_access\" ]\n",
                                       iso_time(home.clock.now() + 3'600'000)));
    struct stat status {};
    ::stat(home.file().c_str(), &status);
    CHECK((status.st_mode & 0777U) == 0600U);
    CHECK(home.secret() == "new-access");
    CHECK(home.http.seen.size() == 1);
  }
}

TEST_CASE("a login that is not renewed stays as it is") {
  for (const ScriptedAnswer& answer :
       {ScriptedAnswer{.status = 400, .body = R"({"error":"invalid_grant"})"}, ScriptedAnswer{.status = 503},
        ScriptedAnswer{.body = "{}"}, ScriptedAnswer{.body = "<html>"},
        ScriptedAnswer{.failure = http::Failure::no_answer}}) {
    Home home;
    home.http = ScriptedClient({answer});
    home.log_in_until(home.clock.now() - 1);
    const std::string before = home.stored();
    try {
      static_cast<void>(home.secret());
      FAIL("no error");
    } catch (const Error& error) {
      CHECK((error.message() + error.hint()).find("old-refresh") == std::string::npos);
    }
    CHECK(home.http.seen.size() == 1);
    CHECK(home.stored() == before);
  }
}

TEST_CASE("a login file that is broken is not repeated in the error") {
  Home home;
  home.log_in("oauth_token = \"hidden\n");
  try {
    static_cast<void>(home.secret());
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid_input);
    CHECK(error.message().find("default.toml") != std::string::npos);
    CHECK(error.message().find("hidden") == std::string::npos);
  }
  home.log_in("api_token = \"of-wrangler-1\"\n");
  CHECK(home.secret() == "of-wrangler-1");
  CHECK(home.warnings.size() == 1);
  home.log_in("oauth_token = 7\n");
  CHECK(home.secret() == "none");
}

TEST_CASE("times as JavaScript writes them") {
  CHECK(iso_time(0) == "1970-01-01T00:00:00.000Z");
  CHECK(iso_time(1'795'862'040'196) == "2026-11-28T10:34:00.196Z");
  CHECK(parse_iso_time("2026-11-28T10:34:00.196Z") == 1'795'862'040'196);
  CHECK(parse_iso_time("2026-11-28T10:34:00Z") == 1'795'862'040'000);
  for (const char* text : {"", "2026", "2026-11-28", "2026-13-28T10:34:00Z", "2026-02-30T10:34:00Z",
                           "2026-11-28T24:00:00Z", "2026-11-28 10:34:00Z", "2026-11-28T10:34:00.1Z",
                           "2026-11-28T10:34:00.-12Z", "-026-11-28T10:34:00Z", "2026-11-28T10:34:00+01:00"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_iso_time(text));
  }
}

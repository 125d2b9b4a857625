#include "serve/rest/account.hpp"

#include <array>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/cloudflare/api_codes.hpp"
#include "commands/command/config_check.hpp"
#include "commands/kv/target.hpp"
#include "serve/http/api_token.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

constexpr std::int64_t usual_page = 20;
constexpr std::int64_t largest_page = 1000;

Json the_account() {
  return {{"id", account_id}, {"name", "Local state"}, {"type", "standard"}};
}

Response page_with(const Call& call, const Json& one) {
  const NumberedPage page(call, usual_page, largest_page, code::no_route);
  return page_of(page, std::vector<Json>{one}, [](const Json& item) { return item; });
}

Response accounts(Call& call) {
  return page_with(call, the_account());
}

Response account(Call& /*call*/) {
  return success(the_account());
}

Response memberships(Call& call) {
  return page_with(call, {{"id", account_id},
                          {"status", "accepted"},
                          {"account", the_account()},
                          {"roles", Json::array({"Administrator"})}});
}

Response user(Call& /*call*/) {
  return success(Json{{"id", account_id}, {"email", "local@localhost"}});
}

Response verify(Call& call) {
  return success(Json{{"id", token_id(call.site.token)}, {"status", "active"}});
}

/// The bindings of a Worker, which wrangler looks up for a KV binding without an id: those of the config.
Response script_settings(Call& call) {
  if (!call.context.project().config_file() || call.context.project().project().name != call["script"])
    throw Refusal(404, code::r2_no_such_key, fmt::format("there is no Worker {}", shown(call["script"])));
  Json bindings = Json::array();
  const Project& project = require_section(call.context, ConfigSection::kv_namespaces);
  for (const KvNamespaceBinding& binding : project.kv_namespaces) {
    bindings.push_back({{"type", "kv_namespace"},
                        {"name", binding.binding},
                        {"namespace_id", kv::local_id(binding, false, kv::Access::read)}});
  }
  return success(Json{{"bindings", std::move(bindings)}});
}

/// A Worker's environments, which wrangler looks up for a consumer of several.
Response service(Call& call) {
  return success(Json{{"id", call["service"]}, {"default_environment", {{"environment", "production"}}}});
}

constexpr std::array routes = {
    Route{"accounts.list", "GET", "accounts", accounts},
    Route{"accounts.get", "GET", "accounts/:account", account},
    Route{"memberships.list", "GET", "memberships", memberships},
    Route{"user.get", "GET", "user", user},
    Route{"tokens.verify", "GET", "user/tokens/verify", verify},
    Route{"tokens.verify", "GET", "accounts/:account/tokens/verify", verify},
    Route{"workers.settings", "GET", "accounts/:account/workers/scripts/:script/settings", script_settings},
    Route{"workers.service", "GET", "accounts/:account/workers/services/:service", service},
};

}  // namespace

std::span<const Route> account_routes() {
  return routes;
}

}  // namespace corral::serve::rest

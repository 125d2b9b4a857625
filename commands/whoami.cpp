#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/identity.hpp"
#include "commands/command/command.hpp"
#include "commands/command/context.hpp"
#include "commands/text/field_list.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/table.hpp"

namespace corral {

namespace {

/// Everything that there is to say, without a secret.
struct Findings {
  CredentialInUse credential;
  std::string type;  ///< as wrangler names it
  std::optional<std::string> email;
  std::vector<Account> accounts;
  std::optional<AccountInUse> account;
};

std::string type_of(const CredentialInUse& credential, Identity& identity) {
  switch (credential.kind) {
    case CredentialKind::global_key: return "Global API Key";
    case CredentialKind::login: return "OAuth Token";
    case CredentialKind::api_token: break;
  }
  return identity.token_owner() == TokenOwner::user ? "User API Token" : "Account API Token";
}

void print_json(const Findings& found, Output& out) {
  Json json;
  json["loggedIn"] = true;
  json["authType"] = found.type;
  json["source"] = found.credential.source;
  if (found.email) json["email"] = *found.email;
  json["accounts"] = Json::array();
  for (const Account& account : found.accounts)
    json["accounts"].push_back({{"id", account.id}, {"name", account.name}});
  if (found.credential.kind == CredentialKind::login) json["tokenPermissions"] = found.credential.scopes;
  json["account"] = nullptr;
  if (found.account) json["account"] = {{"id", found.account->id}, {"source", found.account->source}};
  out.data(json_text(json, 2) + "\n");
}

void print_for_person(const Findings& found, Output& out) {
  FieldList fields;
  fields.add("credential", fmt::format("{}, from {}", found.type, found.credential.source));
  fields.add_if_any("email", found.email.value_or(""));
  fields.add("account", found.account ? fmt::format("{} ({})", found.account->id, found.account->source)
                                      : std::string("not chosen: set CLOUDFLARE_ACCOUNT_ID"));
  std::string scopes;
  for (const std::string& scope : found.credential.scopes) scopes += (scopes.empty() ? "" : " ") + scope;
  fields.add_if_any("permissions", scopes);
  fields.print(out);
  out.data("\n");
  Table table({{"ID"}, {"NAME"}});
  for (const Account& account : found.accounts) table.add({account.id, account.name});
  table.print(out);
}

void run(Context& context) {
  Identity& identity = context.identity();
  const auto credential = identity.credential();
  if (!credential) {
    if (!context.out().for_person()) context.out().data("{\"loggedIn\":false}\n");
    throw Error(
        ErrorKind::denied, "not logged in: there is no credential for Cloudflare's API",
        "set CLOUDFLARE_API_TOKEN (tokens are created at https://dash.cloudflare.com/profile/api-tokens), "
        "or run 'wrangler login'");
  }
  Findings found{.credential = *credential,
                 .type = type_of(*credential, identity),
                 .email = {},
                 .accounts = {},
                 .account = {}};
  found.email = identity.email();
  found.accounts = identity.accounts();
  found.account = identity.account(found.accounts);
  if (context.out().for_person()) {
    print_for_person(found, context.out());
  } else {
    print_json(found, context.out());
  }
}

Run declare(Arguments& /*arguments*/) {
  return run;
}

}  // namespace

Command whoami();

Command whoami() {
  return {.names = {"whoami"},
          .summary = "Show which credential and which account of Cloudflare are in use",
          .examples = {"corral whoami"},
          .declare = declare,
          .reads_only = true};
}

}  // namespace corral

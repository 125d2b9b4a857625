#include <array>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/text/json_reader.hpp"
#include "serve/rest/fields.hpp"
#include "serve/rest/r2.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

/// A domain as the API describes it: nothing has to be set up here, so it is ready at once.
Json described(Json domain) {
  domain["status"] = {{"ownership", "active"}, {"ssl", "active"}};
  return domain;
}

Refusal no_such_domain(std::string_view name) {
  return {404, code::r2_no_such_domain, fmt::format("the bucket has no domain {}", shown(name))};
}

Json connected(const Call& call, std::string_view name) {
  try {
    return described(
        parse_json(call.stores().r2_buckets().connected_domain(bucket_id(call), name), "the domain"));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::not_found) throw no_such_domain(name);
    throw;
  }
}

Response list(Call& call) {
  Json domains = Json::array();
  if (const auto text = call.stores().r2_buckets().read(bucket_id(call), BucketSetting::domains)) {
    const Json kept = parse_json(*text, "the domains");
    for (const Json& one : kept.at("domains")) domains.push_back(described(one));
  }
  return success(Json{{"domains", std::move(domains)}});
}

Response add(Call& call) {
  const Json body = call.json(code::r2_bad_request);
  const Fields fields(body, code::r2_bad_request);
  const NewBucketDomain wanted{.domain = ascii_lower(fields.text("domain")),
                               .zone_id = fields.text_if_any("zoneId").value_or(""),
                               .min_tls = fields.text_if_any("minTLS").value_or("1.0")};
  try {
    call.stores().r2_buckets().connect_domain(bucket_id(call), wanted);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::conflict) throw;
    throw Refusal(409, code::r2_domain_taken, fmt::format("the domain {} is in use", shown(wanted.domain)));
  }
  return success(connected(call, wanted.domain));
}

Response get(Call& call) {
  return success(connected(call, ascii_lower(call["domain"])));
}

Response change(Call& call) {
  const std::string name = ascii_lower(call["domain"]);
  const Json body = call.json(code::r2_bad_request);
  const Fields fields(body, code::r2_bad_request);
  const auto min_tls = fields.text_if_any("minTLS");
  (void)connected(call, name);
  call.stores().r2_buckets().change_domain(bucket_id(call), name, min_tls);
  return success(connected(call, name));
}

Response remove(Call& call) {
  const std::string name = ascii_lower(call["domain"]);
  const Json domain = connected(call, name);
  call.stores().r2_buckets().disconnect_domain(bucket_id(call), name);
  return success(domain);
}

constexpr std::array routes = {
    Route{"r2.domains.list", "GET", "accounts/:account/r2/buckets/:bucket/domains/custom", list},
    Route{"r2.domains.add", "POST", "accounts/:account/r2/buckets/:bucket/domains/custom", add},
    Route{"r2.domains.get", "GET", "accounts/:account/r2/buckets/:bucket/domains/custom/:domain", get},
    Route{"r2.domains.update", "PUT", "accounts/:account/r2/buckets/:bucket/domains/custom/:domain", change},
    Route{"r2.domains.remove", "DELETE", "accounts/:account/r2/buckets/:bucket/domains/custom/:domain",
          remove},
};

}  // namespace

std::span<const Route> r2_domain_routes() {
  return routes;
}

}  // namespace corral::serve::rest

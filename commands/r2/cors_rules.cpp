#include "commands/r2/cors_rules.hpp"

#include <fmt/format.h>

#include "commands/r2/rule_fields.hpp"

namespace corral::r2 {

std::vector<CorsRule> parse_cors_rules(const Json& json) {
  std::vector<CorsRule> rules;
  for (const Json& one : rules_of(json, "CORS rules")) {
    const RuleFields fields(one, fmt::format("CORS rule {}", rules.size() + 1));
    const RuleFields allowed = fields.inner("allowed");
    CorsRule rule;
    rule.origins = allowed.texts("origins");
    rule.methods = allowed.texts("methods", {"GET", "PUT", "POST", "DELETE", "HEAD"});
    if (rule.origins.empty()) allowed.refuse("origins", "is empty");
    if (rule.methods.empty()) allowed.refuse("methods", "is empty");
    if (allowed.has("headers")) rule.headers = allowed.texts("headers");
    if (fields.has("exposeHeaders")) rule.expose_headers = fields.texts("exposeHeaders");
    if (fields.has("maxAgeSeconds")) rule.max_age_seconds = fields.number("maxAgeSeconds", 0);
    rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace corral::r2

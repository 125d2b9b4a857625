#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "backends/cloudflare/session.hpp"
#include "backends/error.hpp"

namespace corral::cloudflare {

/// The analytics did not answer a question, most often because the credential may not read them.
class AnalyticsRefused : public Error {
 public:
  using Error::Error;
};

/// The rows of one group of the account's analytics (GraphQL, docs/reference/remote.md): `request` is
/// {"query", "operationName", "variables"}. Throws AnalyticsRefused; for a failing server and a broken
/// connection what ApiClient throws.
nlohmann::ordered_json analytics_rows(Session& session, const nlohmann::ordered_json& request,
                                      const std::string& group);

/// For figures that only accompany others: none, with a warning, where `analytics_rows` is refused.
nlohmann::ordered_json analytics_rows_if_any(Session& session, const nlohmann::ordered_json& request,
                                             const std::string& group);

}  // namespace corral::cloudflare

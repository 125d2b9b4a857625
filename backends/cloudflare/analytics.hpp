#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "backends/cloudflare/session.hpp"
#include "backends/error.hpp"

namespace corral::cloudflare {

/// A query of the account's analytics, which are a GraphQL API.
struct AnalyticsQuestion {
  std::string query;      ///< with $accountTag and $filter
  std::string operation;  ///< the query's name
  std::string group;      ///< the list below the account that it selects
  nlohmann::ordered_json filter;
  std::string what;  ///< for errors: what it asks, such as "how much R2 bucket x holds"
};

/// The analytics refused a query, usually because the credential may not read them.
class AnalyticsRefused : public Error {
 public:
  using Error::Error;
};

/// The rows of the group. Throws AnalyticsRefused with the reason that the analytics give, and like ApiClient
/// for a server error or a broken connection.
nlohmann::ordered_json ask_analytics(Session& session, const AnalyticsQuestion& question);

/// For figures that only accompany others: returns no rows, and warns, where `ask_analytics` is refused.
nlohmann::ordered_json ask_analytics_if_allowed(Session& session, const AnalyticsQuestion& question);

/// The number at a JSON pointer of a row, or 0.
double number_at(const nlohmann::ordered_json& row, const std::string& pointer);

}  // namespace corral::cloudflare

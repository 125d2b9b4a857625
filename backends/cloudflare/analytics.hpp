#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "backends/cloudflare/session.hpp"
#include "backends/error.hpp"

namespace corral::cloudflare {

/// A question to the analytics of the account, which speak GraphQL.
struct AnalyticsQuestion {
  std::string query;      ///< with $accountTag and $filter
  std::string operation;  ///< the query's name
  std::string group;      ///< the list that it asks the account for
  nlohmann::ordered_json filter;
  std::string what;  ///< for errors: what it asks, as "how much R2 bucket x holds"
};

/// The analytics did not answer a question, most often because the credential may not read them.
class AnalyticsRefused : public Error {
 public:
  using Error::Error;
};

/// The rows of the group. Throws AnalyticsRefused with the analytics' own reason; for a failing server and a
/// broken connection what ApiClient throws.
nlohmann::ordered_json ask_analytics(Session& session, const AnalyticsQuestion& question);

/// For figures that only accompany others: none, with a warning, where `ask_analytics` is refused.
nlohmann::ordered_json ask_analytics_if_allowed(Session& session, const AnalyticsQuestion& question);

/// The number at a JSON pointer of a row; 0: there is none.
double number_at(const nlohmann::ordered_json& row, const std::string& pointer);

}  // namespace corral::cloudflare

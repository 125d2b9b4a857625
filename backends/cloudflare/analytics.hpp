#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "backends/cloudflare/session.hpp"

namespace corral::cloudflare {

/// A question to the analytics of the account, which speak GraphQL.
struct AnalyticsQuestion {
  std::string query;      ///< with $accountTag and $filter
  std::string operation;  ///< the query's name
  std::string group;      ///< the list that it asks the account for
  nlohmann::ordered_json filter;
  std::string what;  ///< for errors: what it asks, as "how much R2 bucket x holds"
};

/// The rows of the group. Throws unavailable with the analytics' own reason, and like ApiClient::fetch.
nlohmann::ordered_json ask_analytics(Session& session, const AnalyticsQuestion& question);

/// The number at a JSON pointer of a row; 0: there is none.
double number_at(const nlohmann::ordered_json& row, const std::string& pointer);

}  // namespace corral::cloudflare

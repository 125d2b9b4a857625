#pragma once

#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "backends/cloudflare/session.hpp"
#include "backends/d1_databases.hpp"

namespace corral::cloudflare {

/// How much a database was used: read_queries_24h, write_queries_24h, rows_read_24h, rows_written_24h.
/// Zeros, with a warning, where the analytics may not be read.
nlohmann::ordered_json d1_usage(Session& session, std::string_view id, UnixMillis from, UnixMillis to);

/// The queries that cost most, as the account's analytics know them.
std::vector<D1QueryCost> d1_query_costs(Session& session, const D1InsightsRequest& request);

}  // namespace corral::cloudflare

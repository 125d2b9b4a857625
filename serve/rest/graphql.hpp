#pragma once

#include <span>

#include "serve/rest/route.hpp"

namespace corral::serve::rest {

/// The analytics, as far as the commands for storage ask them: d1AnalyticsAdaptiveGroups,
/// d1QueriesAdaptiveGroups, r2StorageAdaptiveGroups, each in the form in which wrangler asks. There is no
/// GraphQL behind it: the group, its `limit` and its `orderBy` are found in the text of the query.
std::span<const Route> graphql_routes();

}  // namespace corral::serve::rest

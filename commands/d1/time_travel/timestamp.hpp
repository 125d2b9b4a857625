#pragma once

#include <optional>
#include <string>

#include "backends/bookmark_store.hpp"
#include "commands/command/command.hpp"
#include "commands/d1/target.hpp"

namespace corral::d1 {

/// The moment that --timestamp names: seconds since 1970, or RFC 3339. Throws usage for anything else and for
/// what has not come yet.
UnixMillis parse_timestamp(std::string_view text, UnixMillis now);

/// The bookmark of a database as it was at that moment, as far as is known, which a note says if it is not
/// sure. Throws not_found if nothing is kept from so long ago.
Bookmark bookmark_at(Context& context, const StateOptions& state, const Database& database,
                     UnixMillis moment);

/// The completions of --bookmark: those of all databases, for a completion is not told which is meant.
std::vector<std::string> bookmark_values(Context& context, const CompletionRequest& request);

}  // namespace corral::d1

#pragma once

#include <optional>
#include <string>

#include "backends/bookmark_store.hpp"
#include "backends/bytes/unix_time.hpp"
#include "commands/command/command.hpp"
#include "commands/d1/target.hpp"

namespace corral::d1 {

/// Parses --timestamp: seconds since 1970, or RFC 3339. Throws usage for anything else and for times in the
/// future.
UnixMillis parse_timestamp(std::string_view text, UnixMillis now);

/// The bookmark with the state of a database at that time, as far as known; prints a note if that is
/// uncertain. Throws not_found if no bookmark goes back that far.
Bookmark bookmark_at(Context& context, const StateOptions& state, const Database& database,
                     UnixMillis moment);

/// Completions of --bookmark: those of all databases, since a completion cannot tell which one is meant.
std::vector<std::string> bookmark_values(Context& context, const CompletionRequest& request);

}  // namespace corral::d1

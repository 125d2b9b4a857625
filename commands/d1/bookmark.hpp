#pragma once

#include <optional>
#include <string_view>

#include "backends/bookmark_store.hpp"
#include "commands/d1/target.hpp"

namespace corral::d1 {

/// The bookmarks of the state folder. Throws unavailable if CORRAL_TIME_TRAVEL=off.
BookmarkStore& require_bookmarks(Context& context, const StateOptions& state);

/// Takes a bookmark of the database as it is, or returns the newest if nothing has changed since. nullopt:
/// nothing was ever written to the database.
std::optional<Bookmark> take_bookmark(Context& context, const StateOptions& state, const Database& database,
                                      std::string_view reason);

/// The same before something is done that one may want to undo. If bookmarks are off nothing happens; if one
/// cannot be taken that is a warning.
void bookmark_before(Context& context, const StateOptions& state, const Database& database,
                     std::string_view reason);

}  // namespace corral::d1

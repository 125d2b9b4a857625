#pragma once

#include <optional>
#include <string>
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

/// The same before something is done that one may want to undo. nullopt also if bookmarks are off; if one
/// cannot be taken that is a warning.
std::optional<Bookmark> bookmark_before(Context& context, const StateOptions& state, const Database& database,
                                        std::string_view reason);

/// The same before what replaces or removes a database, or changes its schema: such a command promises a way
/// back, so it fails if it can have none. If bookmarks are off, a warning says that there is none.
std::optional<Bookmark> require_bookmark_before(Context& context, const StateOptions& state,
                                                const Database& database, std::string_view reason);

/// The command that goes back to a bookmark.
std::string way_back(std::string_view database, const Bookmark& bookmark);

/// The bookmarks of databases that were made locally and are deleted, which had this name or id.
std::vector<Bookmark> bookmarks_of_deleted(Context& context, const StateOptions& state,
                                           std::string_view name);

/// The database that a bookmark is of.
Database database_of(const Bookmark& bookmark);

}  // namespace corral::d1

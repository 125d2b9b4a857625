#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backends/bookmark_store.hpp"
#include "commands/d1/target.hpp"

namespace corral::d1 {

/// The bookmarks of the state folder. Throws unavailable if CORRAL_TIME_TRAVEL=off.
BookmarkStore& require_bookmarks(Context& context, const StateOptions& state);

/// Takes a bookmark of the database as it is now, or returns the latest one if nothing has changed since; the
/// bookmark of now where the past is kept anyway (D1Databases::history). nullopt: nothing was ever written to
/// the database.
std::optional<Bookmark> take_bookmark(Context& context, const StateOptions& state, const Database& database,
                                      std::string_view reason);

/// The same, before an operation the user may want to undo. Also nullopt if bookmarks are off; failing to
/// take one is only a warning.
std::optional<Bookmark> bookmark_before(Context& context, const StateOptions& state, const Database& database,
                                        std::string_view reason);

/// The same, before an operation that replaces or removes a database or changes its schema: such a command
/// promises an undo, so it fails if the bookmark cannot be taken. If bookmarks are off, warns that there is
/// no undo.
std::optional<Bookmark> require_bookmark_before(Context& context, const StateOptions& state,
                                                const Database& database, std::string_view reason);

/// What came of restoring a bookmark.
struct Restored {
  std::optional<Bookmark> previous = {};  ///< the state that was replaced, if there was any
  std::uint64_t pages_written = 0;        ///< that differed
};

/// Makes a database of a state folder what a bookmark of it, or of another one, holds, in one transaction.
Restored restore_bookmark(Context& context, const StateOptions& state, const Database& database,
                          const Bookmark& to);

/// The command that restores a bookmark.
std::string way_back(Context& context, const StateOptions& state, std::string_view database,
                     const Bookmark& bookmark);

/// The bookmarks of deleted, locally created databases that had this name or id.
std::vector<Bookmark> bookmarks_of_deleted(Context& context, const StateOptions& state,
                                           std::string_view name);

/// The database that a bookmark belongs to.
Database database_of(const Bookmark& bookmark);

}  // namespace corral::d1

#pragma once

#include <cstdint>
#include <functional>

#include "backends/bookmark_store.hpp"
#include "backends/lmdb/environment.hpp"

namespace corral::lmdb {

/// See BookmarkStore::check.
void check_bookmarks(Environment& environment, bool deep, const std::function<void()>& pulse,
                     const std::function<void(const DamagedBookmark&)>& report);

/// See BookmarkStore::remove_damaged. Reference counts are rebuilt from the remaining bookmarks, since there
/// is no telling what the removed ones referred to.
std::uint64_t remove_damaged_bookmarks(Environment& environment);

}  // namespace corral::lmdb

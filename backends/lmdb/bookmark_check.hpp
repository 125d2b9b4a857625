#pragma once

#include <cstdint>
#include <functional>

#include "backends/bookmark_store.hpp"
#include "backends/lmdb/environment.hpp"

namespace corral::lmdb {

/// See BookmarkStore::check.
void check_bookmarks(Environment& environment, bool deep, const std::function<void()>& pulse,
                     const std::function<void(const DamagedBookmark&)>& report);

/// See BookmarkStore::remove_damaged. What the others use is counted again, as nothing tells what the removed
/// ones used.
std::uint64_t remove_damaged_bookmarks(Environment& environment);

}  // namespace corral::lmdb

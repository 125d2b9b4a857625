#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "backends/bookmark_store.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/lmdb/environment.hpp"

namespace corral::lmdb {

/// Bookmarks in an LMDB environment of their own. Pages and page lists are content-addressed in PagePools; a
/// bookmark refers to its lists.
class LmdbBookmarkStore final : public BookmarkStore {
 public:
  explicit LmdbBookmarkStore(std::filesystem::path folder) : environment_(std::move(folder)) {}

  Bookmark take(const BookmarkRequest& request, PageSource& pages) override;
  std::optional<Bookmark> newest(std::string_view database_id) override;
  std::optional<Bookmark> find(std::string_view database_id, std::string_view id) override;
  BookmarkList list(std::string_view database_id) override;
  BookmarkList list_all() override;
  std::unique_ptr<PageSource> open(const Bookmark& bookmark, std::string_view database_id) override;
  std::uint64_t prune(UnixMillis now, UnixMillis unfinished_for, bool dry_run) override;
  void check(bool deep, const std::function<void()>& pulse,
             const std::function<void(const DamagedBookmark&)>& report) override;
  std::uint64_t remove_damaged() override;

 private:
  Environment environment_;
};

}  // namespace corral::lmdb

#include "backends/lmdb/bookmark_check.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/lmdb/bookmark_record.hpp"
#include "backends/lmdb/page_pool.hpp"

namespace corral::lmdb {

namespace {

/// Splits a concatenation of hashes.
std::vector<std::string_view> hashes_in(std::string_view text) {
  std::vector<std::string_view> hashes;
  for (; text.size() >= PagePool::hash_bytes; text.remove_prefix(PagePool::hash_bytes))
    hashes.push_back(text.substr(0, PagePool::hash_bytes));
  return hashes;
}

/// Checks bookmarks within one transaction, each shared list only once.
class BookmarkCheck {
 public:
  BookmarkCheck(Transaction& transaction, bool deep, std::function<void()> pulse)
      : lists_(PagePool::find(transaction, lists_name)),
        pages_(PagePool::find(transaction, pages_name)),
        deep_(deep),
        pulse_(std::move(pulse)) {}

  /// A description of the damage; nullopt if there is none.
  std::optional<std::string> damage_of(const StoredBookmark& stored) {
    if (!stored.record) return fmt::format("the record of bookmark {} is damaged", name_of_key(stored.key));
    for (const std::string_view hash : hashes_in(stored.record->lists)) {
      const auto [known, is_new] = is_whole_.emplace(hash, false);
      if (is_new) known->second = is_list_whole(hash);
      if (!known->second)
        return fmt::format("pages of bookmark {} are missing or damaged", stored.record->bookmark.id);
    }
    return std::nullopt;
  }

 private:
  bool is_list_whole(std::string_view hash) {
    const auto list = get(lists_, hash);
    if (!list || list->size() % PagePool::hash_bytes != 0) return false;
    return std::ranges::all_of(hashes_in(*list), [this](std::string_view page) {
      if (pulse_) pulse_();
      return deep_ ? get(pages_, page).has_value() : pages_ && pages_->has(page);
    });
  }

  /// nullopt: missing or damaged.
  static std::optional<std::string> get(std::optional<PagePool>& pool, std::string_view hash) {
    if (!pool) return std::nullopt;
    try {
      return pool->get(hash);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) throw;
      return std::nullopt;
    }
  }

  std::optional<PagePool> lists_;
  std::optional<PagePool> pages_;
  bool deep_;
  std::function<void()> pulse_;
  std::map<std::string, bool, std::less<>> is_whole_;
};

/// Counts the records' uses of lists, and the lists' uses of pages.
void count_uses(Transaction& transaction, const std::vector<StoredBookmark>& kept) {
  PagePool lists = PagePool::make(transaction, lists_name);
  PagePool pages = PagePool::make(transaction, pages_name);
  PagePool::Uses list_uses;
  PagePool::Uses page_uses;
  for (const StoredBookmark& one : kept) {
    for (const std::string_view list : hashes_in(one.record->lists)) ++list_uses[std::string(list)];
  }
  for (const auto& [list, uses] : list_uses) {
    const std::string hashes = lists.get(list).value_or(std::string());
    for (const std::string_view page : hashes_in(hashes)) ++page_uses[std::string(page)];
  }
  lists.set_uses(list_uses);
  pages.set_uses(page_uses);
}

}  // namespace

void check_bookmarks(Environment& environment, bool deep, const std::function<void()>& pulse,
                     const std::function<void(const DamagedBookmark&)>& report) {
  environment.read([&](Transaction& transaction) {
    BookmarkCheck check(transaction, deep, pulse);
    for (const StoredBookmark& one : stored_bookmarks(transaction, "")) {
      if (auto damage = check.damage_of(one))
        report({.taken_at = time_of_key(one.key), .what = std::move(*damage)});
    }
  });
}

std::uint64_t remove_damaged_bookmarks(Environment& environment) {
  std::uint64_t removed = 0;
  environment.write([&](Transaction& transaction) {
    removed = 0;
    const Database bookmarks = transaction.make(bookmarks_name);
    BookmarkCheck check(transaction, true, {});
    std::vector<StoredBookmark> kept;
    for (StoredBookmark& one : stored_bookmarks(transaction, "")) {
      if (!check.damage_of(one)) {
        kept.push_back(std::move(one));
        continue;
      }
      transaction.erase(bookmarks, one.key);
      ++removed;
    }
    if (removed != 0) count_uses(transaction, kept);
  });
  return removed;
}

}  // namespace corral::lmdb

#include "backends/lmdb/bookmark_store.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/error.hpp"
#include "backends/lmdb/bookmark_check.hpp"
#include "backends/lmdb/bookmark_record.hpp"
#include "backends/lmdb/page_pool.hpp"

namespace corral::lmdb {

namespace {

/// The number of new pages to write per transaction. Their hashes are scattered, so that each page touches
/// another place of the environment's map, of which Linux makes 64 KiB resident at once, until it is closed.
constexpr std::uint32_t pages_of_batch = pages_of_list;

/// A run of up to `pages_of_list` pages, whose hashes form one list.
struct Group {
  std::uint32_t first = 0;
  std::string hashes;
  std::string list;  ///< the hash of `hashes`
};

std::string_view hash_at(std::string_view hashes, std::size_t index) {
  return hashes.substr(index * PagePool::hash_bytes, PagePool::hash_bytes);
}

/// Releases the lists and pages that a bookmark uses and removes its record.
void remove_record(Transaction& transaction, Database bookmarks, const StoredBookmark& stored) {
  PagePool lists = PagePool::make(transaction, lists_name);
  PagePool pages = PagePool::make(transaction, pages_name);
  const std::string& hashes = stored.record->lists;
  for (std::size_t i = 0; i < hashes.size() / PagePool::hash_bytes; ++i) {
    const auto gone = lists.release(hash_at(hashes, i));
    if (!gone) continue;
    for (std::size_t page = 0; page < gone->size() / PagePool::hash_bytes; ++page)
      pages.release(hash_at(*gone, page));
  }
  transaction.erase(bookmarks, stored.key);
}

/// The keys alone decide most cases.
std::vector<StoredBookmark> expired(Transaction& transaction, UnixMillis now, UnixMillis unfinished_for) {
  std::vector<StoredBookmark> old;
  const auto bookmarks = transaction.find(bookmarks_name);
  if (!bookmarks) return old;
  Cursor cursor = transaction.cursor(*bookmarks);
  for (auto entry = cursor.first(); entry; entry = cursor.next()) {
    const UnixMillis taken_at = time_of_key(entry->first);
    const bool is_abandoned = is_unfinished(entry->second) && taken_at <= now - unfinished_for;
    if (taken_at >= now - bookmark_retention && !is_abandoned) continue;
    // The references of a damaged bookmark are unknown, and `check` must be able to report it.
    if (StoredBookmark one = stored_bookmark(entry->first, entry->second); one.record)
      old.push_back(std::move(one));
  }
  return old;
}

void prune_in(Transaction& transaction, UnixMillis now, UnixMillis unfinished_for) {
  const Database bookmarks = transaction.make(bookmarks_name);
  for (const StoredBookmark& one : expired(transaction, now, unfinished_for))
    remove_record(transaction, bookmarks, one);
}

/// A request without the registry entry must not erase the recorded one.
void name_database(Bookmark& bookmark, const BookmarkRequest& request) {
  bookmark.database_id = request.database_id;
  bookmark.database_name = request.database_name;
  if (request.registered) bookmark.registered = request.registered;
}

/// A bookmark being taken.
class BookmarkRecorder {
 public:
  BookmarkRecorder(Environment& environment, const BookmarkRequest& request, PageSource& source)
      : environment_(environment), request_(request), source_(source) {}

  Bookmark run(const std::optional<BookmarkRecord>& newest) {
    for (std::uint32_t first = 1; first <= source_.page_count(); first += pages_of_list) {
      add_group(first);
      if (new_pages_ >= pages_of_batch) flush(false);
    }
    const bool same =
        newest && newest->lists == record_.lists && newest->bookmark.pages == source_.page_count();
    if (same && newest->bookmark.taken_at > request_.now - bookmark_good_for) return restamped(*newest);
    flush(true);
    return record_.bookmark;
  }

 private:
  /// The files' stat() changed but not their content: remember that, so that they need not be read again.
  Bookmark restamped(BookmarkRecord record) {
    const std::string before = encode_bookmark(record);
    if (!request_.stamp.empty()) record.bookmark.stamp = request_.stamp;
    name_database(record.bookmark, request_);
    if (encode_bookmark(record) == before) return record.bookmark;
    environment_.write([&](Transaction& transaction) {
      const Database bookmarks = transaction.make(bookmarks_name);
      const auto key = key_of_bookmark(request_.database_id, record.bookmark.id);
      if (key && transaction.get(bookmarks, *key)) transaction.put(bookmarks, *key, encode_bookmark(record));
    });
    return record.bookmark;
  }

  void add_group(std::uint32_t first) {
    Group group{.first = first, .hashes = {}, .list = {}};
    const std::uint32_t end = std::min(first + pages_of_list, source_.page_count() + 1);
    for (std::uint32_t number = first; number < end; ++number)
      group.hashes += PagePool::hash_of(source_.page(number));
    group.list = PagePool::hash_of(group.hashes);
    bool known = false;
    environment_.read([&](Transaction& transaction) {
      auto lists = PagePool::find(transaction, lists_name);
      known = lists && lists->has(group.list);
    });
    if (!known) new_pages_ += end - first;
    record_.lists += group.list;
    groups_.push_back(std::move(group));
  }

  void flush(bool finished) {
    const std::uint64_t new_bytes_before = record_.bookmark.new_bytes;
    environment_.write([&](Transaction& transaction) {
      record_.bookmark.new_bytes = new_bytes_before;
      const Database bookmarks = transaction.make(bookmarks_name);
      if (finished) prune_in(transaction, request_.now, bookmark_unfinished_for);
      if (number_ == 0) number_ = next_number(transaction, bookmarks, request_.database_id);
      keep_groups(transaction);
      record_.finished = finished;
      fill_bookmark();
      transaction.put(bookmarks, bookmark_key(request_.database_id, number_, request_.now),
                      encode_bookmark(record_));
    });
    environment_.close();
    groups_.clear();
    new_pages_ = 0;
  }

  void keep_groups(Transaction& transaction) {
    PagePool lists = PagePool::make(transaction, lists_name);
    PagePool pages = PagePool::make(transaction, pages_name);
    for (const Group& group : groups_) {
      if (lists.has(group.list)) {
        lists.use(group.list);
        continue;
      }
      for (std::uint32_t i = 0; i < group.hashes.size() / PagePool::hash_bytes; ++i) {
        const std::string_view hash = hash_at(group.hashes, i);
        if (pages.has(hash)) {
          pages.use(hash);
        } else {
          pages.add(hash, source_.page(group.first + i));
          record_.bookmark.new_bytes += source_.page_size();
        }
      }
      lists.add(group.list, group.hashes);
    }
  }

  void fill_bookmark() {
    Bookmark& bookmark = record_.bookmark;
    bookmark.id = bookmark_id(number_, request_.now, PagePool::hash_of(record_.lists));
    bookmark.taken_at = request_.now;
    bookmark.changed_at = request_.changed_at;
    bookmark.reason = request_.reason;
    bookmark.stamp = request_.stamp;
    bookmark.page_size = source_.page_size();
    bookmark.pages = source_.page_count();
    name_database(bookmark, request_);
  }

  Environment& environment_;
  const BookmarkRequest& request_;
  PageSource& source_;
  std::uint32_t number_ = 0;
  std::uint32_t new_pages_ = 0;
  std::vector<Group> groups_;
  BookmarkRecord record_;
};

/// Reads the pages of a bookmark, one list at a time.
class KeptPages final : public PageSource {
 public:
  KeptPages(Environment& environment, BookmarkRecord record)
      : environment_(environment), record_(std::move(record)) {}

  [[nodiscard]] std::uint32_t page_size() const override { return record_.bookmark.page_size; }
  [[nodiscard]] std::uint32_t page_count() const override { return record_.bookmark.pages; }

  std::string_view page(std::uint32_t number) override {
    const std::uint32_t list = (number - 1) / pages_of_list;
    if (list + 1 != loaded_) load(list);
    const std::uint32_t index = (number - 1) % pages_of_list;
    if (index >= pages_.size()) throw gone();
    return pages_[index];
  }

 private:
  void load(std::uint32_t list) {
    loaded_ = 0;
    pages_.clear();
    environment_.read([&](Transaction& transaction) {
      auto lists = PagePool::find(transaction, lists_name);
      auto pages = PagePool::find(transaction, pages_name);
      if (!lists || !pages) return;
      const auto hashes = lists->get(hash_at(record_.lists, list));
      for (std::size_t i = 0; hashes && i < hashes->size() / PagePool::hash_bytes; ++i) {
        auto page = pages->get(hash_at(*hashes, i));
        if (!page) throw gone();
        pages_.push_back(std::move(*page));
      }
    });
    if (pages_.empty()) throw gone();
    loaded_ = list + 1;
  }

  static Error gone() {
    return {ErrorKind::corrupt, "pages of the bookmark are missing",
            "nothing was changed; take another bookmark"};
  }

  Environment& environment_;
  BookmarkRecord record_;
  std::uint32_t loaded_ = 0;  ///< the index of the list in `pages_`, plus 1
  std::vector<std::string> pages_;
};

std::optional<BookmarkRecord> newest_of(Environment& environment, std::string_view database_id) {
  std::optional<BookmarkRecord> newest;
  environment.read([&](Transaction& transaction) {
    const auto bookmarks = transaction.find(bookmarks_name);
    if (!bookmarks) return;
    const std::string prefix = bookmark_prefix(database_id);
    std::vector<Cursor::Record> finished;
    Cursor cursor = transaction.cursor(*bookmarks);
    for (auto entry = cursor.seek(prefix); entry && entry->first.starts_with(prefix); entry = cursor.next()) {
      if (!is_unfinished(entry->second)) finished.push_back(*entry);
    }
    for (; !finished.empty() && !newest; finished.pop_back())
      newest = stored_bookmark(finished.back().first, finished.back().second).record;
  });
  return newest;
}

std::optional<BookmarkRecord> record_of(Environment& environment, std::string_view database_id,
                                        std::string_view id) {
  const auto key = key_of_bookmark(database_id, id);
  std::optional<BookmarkRecord> record;
  environment.read([&](Transaction& transaction) {
    const auto bookmarks = transaction.find(bookmarks_name);
    const auto stored = bookmarks && key ? transaction.get(*bookmarks, *key) : std::nullopt;
    if (stored) record = decode_bookmark(*key, *stored);
  });
  if (record && (!record->finished || record->bookmark.id != id)) record.reset();
  return record;
}

BookmarkList list_of(Environment& environment, std::string_view prefix) {
  BookmarkList list;
  environment.read([&](Transaction& transaction) {
    for (StoredBookmark& one : stored_bookmarks(transaction, prefix)) {
      if (!one.record) {
        list.damaged.push_back(
            {.taken_at = time_of_key(one.key),
             .what = fmt::format("the record of bookmark {} is damaged", name_of_key(one.key))});
      } else if (one.record->finished) {
        list.bookmarks.push_back(std::move(one.record->bookmark));
      }
    }
  });
  return list;
}

}  // namespace

Bookmark LmdbBookmarkStore::take(const BookmarkRequest& request, PageSource& pages) {
  return BookmarkRecorder(environment_, request, pages).run(newest_of(environment_, request.database_id));
}

std::optional<Bookmark> LmdbBookmarkStore::newest(std::string_view database_id) {
  auto record = newest_of(environment_, database_id);
  if (!record) return std::nullopt;
  return std::move(record->bookmark);
}

std::optional<Bookmark> LmdbBookmarkStore::find(std::string_view database_id, std::string_view id) {
  auto record = record_of(environment_, database_id, id);
  if (!record) return std::nullopt;
  return std::move(record->bookmark);
}

BookmarkList LmdbBookmarkStore::list(std::string_view database_id) {
  return list_of(environment_, bookmark_prefix(database_id));
}

BookmarkList LmdbBookmarkStore::list_all() {
  BookmarkList list = list_of(environment_, "");
  std::stable_sort(list.bookmarks.begin(), list.bookmarks.end(),
                   [](const Bookmark& a, const Bookmark& b) { return a.taken_at < b.taken_at; });
  return list;
}

std::unique_ptr<PageSource> LmdbBookmarkStore::open(const Bookmark& bookmark, std::string_view database_id) {
  auto record = record_of(environment_, database_id, bookmark.id);
  if (record) return std::make_unique<KeptPages>(environment_, std::move(*record));
  throw Error(ErrorKind::not_found, fmt::format("there is no bookmark {}", bookmark.id));
}

std::uint64_t LmdbBookmarkStore::prune(UnixMillis now, UnixMillis unfinished_for, bool dry_run) {
  std::uint64_t old = 0;
  environment_.read(
      [&](Transaction& transaction) { old = expired(transaction, now, unfinished_for).size(); });
  if (old != 0 && !dry_run)
    environment_.write([&](Transaction& transaction) { prune_in(transaction, now, unfinished_for); });
  return old;
}

void LmdbBookmarkStore::check(bool deep, const std::function<void()>& pulse,
                              const std::function<void(const DamagedBookmark&)>& report) {
  check_bookmarks(environment_, deep, pulse, report);
}

std::uint64_t LmdbBookmarkStore::remove_damaged() {
  return remove_damaged_bookmarks(environment_);
}

}  // namespace corral::lmdb

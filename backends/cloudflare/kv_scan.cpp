#include "backends/cloudflare/kv_scan.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "backends/cloudflare/kv_bulk.hpp"

namespace corral::cloudflare {

namespace {

constexpr std::size_t most_listed = 12'000;              ///< items ahead of what is taken
constexpr std::size_t most_items = 2'000;                ///< of a part, most of them not wanted
constexpr std::size_t most_fetched = 2 * calls_at_once;  ///< the same with their values

}  // namespace

bool KvScan::can_list() const {
  return !listing_ && !listed_ && items_ < most_listed;
}

bool KvScan::can_fetch() const {
  return begun_ < closed() && begun_ < most_fetched;
}

void KvScan::list_page(std::unique_lock<std::mutex>& lock) {
  listing_ = true;
  const KvListOptions range = range_;
  lock.unlock();
  KvPage page = list_(range);
  std::vector<bool> wanted(page.items.size(), true);
  for (std::size_t i = 0; wants_ && i < page.items.size(); ++i) wanted[i] = wants_(page.items[i]);
  lock.lock();
  listing_ = false;
  listed_ = page.complete;
  if (!page.items.empty()) range_.after = page.items.back().key;
  range_.cursor = page.cursor;
  for (std::size_t i = 0; i < page.items.size(); ++i) add(std::move(page.items[i]), wanted[i]);
  if (listed_) open_ = false;
}

void KvScan::add(KvItem item, bool wanted) {
  if (!open_) parts_.push_back(std::make_shared<Part>());
  Part& part = *parts_.back();
  ++items_;
  part.items.push_back({std::move(item), wanted});
  part.wanted += wanted ? 1 : 0;
  open_ = part.wanted < values_a_call && part.items.size() < most_items;
}

void KvScan::fetch_part(std::unique_lock<std::mutex>& lock) {
  const std::shared_ptr<Part> part = parts_[begun_++];
  lock.unlock();
  std::vector<std::string> keys;
  keys.reserve(part->wanted);
  for (const Item& item : part->items) {
    if (item.wanted) keys.push_back(item.key);
  }
  if (!keys.empty()) {
    auto values = fetch_(keys);
    auto value = values.begin();
    for (Item& item : part->items) {
      if (item.wanted) item.value = std::move(*value++);
    }
  }
  lock.lock();
  part->fetched = true;
}

void KvScan::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_ && !(listed_ && begun_ == parts_.size())) {
    try {
      if (can_list()) {
        list_page(lock);
      } else if (can_fetch()) {
        fetch_part(lock);
      } else {
        changed_.wait(lock);
        continue;
      }
    } catch (...) {
      if (!lock.owns_lock()) lock.lock();
      if (!failure_) failure_ = std::current_exception();
      stopping_ = true;
    }
    changed_.notify_all();
  }
}

std::shared_ptr<KvScan::Part> KvScan::next_part() {
  constexpr std::chrono::milliseconds moment(100);
  std::unique_lock lock(mutex_);
  while (true) {
    if (failure_) std::rethrow_exception(failure_);
    if (!parts_.empty() && parts_.front()->fetched) break;
    if (listed_ && parts_.empty()) return nullptr;
    changed_.wait_for(lock, moment);
    check_interrupt_();
  }
  std::shared_ptr<Part> part = std::move(parts_.front());
  parts_.pop_front();
  items_ -= part->items.size();
  --begun_;
  changed_.notify_all();
  return part;
}

bool KvScan::give(Part& part, const KvTake& take) {
  for (Item& item : part.items) {
    if (item.wanted && !item.value) continue;  // deleted meanwhile
    if (!take(item, item.wanted ? &*item.value : nullptr)) return false;
  }
  return true;
}

void KvScan::run(const KvScanOptions& options, const KvTake& take) {
  range_.prefix = options.prefix;
  wants_ = options.wants;
  std::vector<std::thread> threads;
  const auto stop = [&] {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads) thread.join();
  };
  try {
    // One more, for the pages of keys come one after the other.
    for (std::size_t i = 0; i < calls_at_once + 1; ++i) threads.emplace_back([this] { work(); });
    while (const std::shared_ptr<Part> part = next_part()) {
      if (!give(*part, take)) break;
    }
  } catch (...) {
    stop();
    throw;
  }
  stop();
}

}  // namespace corral::cloudflare

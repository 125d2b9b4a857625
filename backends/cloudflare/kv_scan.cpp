#include "backends/cloudflare/kv_scan.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "backends/cloudflare/kv_bulk.hpp"

namespace corral::cloudflare {

namespace {

constexpr std::size_t most_listed = 60;                  ///< parts ahead of what is taken
constexpr std::size_t most_fetched = 2 * calls_at_once;  ///< the same with their values

}  // namespace

bool KvScan::can_list() const {
  return !listing_ && !listed_ && parts_.size() < most_listed;
}

bool KvScan::can_fetch() const {
  return begun_ < parts_.size() && begun_ < most_fetched;
}

void KvScan::list_page(std::unique_lock<std::mutex>& lock) {
  listing_ = true;
  const KvListOptions range = range_;
  lock.unlock();
  KvPage page = list_(range);
  lock.lock();
  listing_ = false;
  listed_ = page.complete;
  if (!page.items.empty()) range_.after = page.items.back().key;
  range_.cursor = page.cursor;
  for (std::size_t i = 0; i < page.items.size(); ++i) {
    if (i % values_a_call == 0) parts_.push_back(std::make_shared<Part>());
    parts_.back()->items.push_back(std::move(page.items[i]));
  }
}

void KvScan::fetch_part(std::unique_lock<std::mutex>& lock) {
  const std::shared_ptr<Part> part = parts_[begun_++];
  lock.unlock();
  std::vector<std::string> keys;
  keys.reserve(part->items.size());
  for (const KvItem& item : part->items) keys.push_back(item.key);
  auto values = fetch_(keys);
  lock.lock();
  part->values = std::move(values);
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
  --begun_;
  changed_.notify_all();
  return part;
}

void KvScan::run(std::string_view prefix, const Take& take) {
  range_.prefix = prefix;
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
    for (std::size_t i = 0; i < calls_at_once; ++i) threads.emplace_back([this] { work(); });
    while (const std::shared_ptr<Part> part = next_part()) {
      for (std::size_t i = 0; i < part->items.size(); ++i) {
        if (part->values[i]) take(part->items[i], *part->values[i]);
      }
    }
  } catch (...) {
    stop();
    throw;
  }
  stop();
}

}  // namespace corral::cloudflare

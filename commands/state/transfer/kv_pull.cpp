#include "commands/state/transfer/kv_pull.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/jobs/parallel_jobs.hpp"

namespace corral::state {

namespace {

/// The limits of a batch of the staging: each is flushed, and a run that is killed loses the one that it has
/// begun.
constexpr std::size_t entries_a_batch = 10'000;
constexpr std::size_t bytes_a_batch = std::size_t{32} << 20U;

}  // namespace

KvPull::KvPull(Context& context, const TransferOptions& options, const TransferResource& resource,
               UnixMillis now)
    : context_(context),
      options_(options),
      resource_(resource),
      now_(now),
      staging_(context.stores(options.local).kv().stage(resource.local_id)),
      staged_(staging_->entries()),
      ours_(context.stores(options.local).kv().open(resource.local_id)),
      batch_(staged_->begin_batch()) {
  if (options.exec) filter_.emplace(*options.exec, [&context] { context.check_interrupt(); });
}

std::string KvPull::origin(const KvItem& item) const {
  return origin_of(item, resource_.account_id, options_.exec);
}

/// Whether an entry here, or one staged, is what would be transferred.
bool KvPull::is_ready(const KvItem* local_or_staged, const KvItem& item) const {
  return local_or_staged != nullptr && !options_.deep && has_origin(local_or_staged->version, origin(item)) &&
         differences_listed(*local_or_staged, item).empty();
}

void KvPull::commit_batch() {
  if (batch_entries_ == 0) return;
  commits_.finish();
  commits_.add([batch = std::shared_ptr<KvBatch>(std::move(batch_))] { batch->commit(); });
  batch_ = staged_->begin_batch();
  batch_entries_ = 0;
  batch_bytes_ = 0;
  any_staged_ = true;
}

void KvPull::finish_commits() {
  commit_batch();
  commits_.finish();
}

/// Filters an entry, if that is asked for, and puts it into the batch. Any thread.
void KvPull::stage(Entry entry) {
  bool is_dropped = false;
  if (filter_) {
    std::optional<std::string> changed = filter_->apply(
        entry.value,
        {.resource = resource_.name(), .key = entry.item.key, .metadata = entry.item.metadata.value_or("")},
        kv_max_value_bytes);
    is_dropped = !changed;
    if (changed) entry.value = *std::move(changed);
  }
  const std::scoped_lock lock(mutex_);
  if (is_dropped) {
    ++counts_.dropped;
    if (entry.was_staged) stale_.add(entry.item.key);
    if (!entry.is_new) gone_.add(entry.item.key);
    return;
  }
  bool is_same = false;
  if (entry.is_like_ours) {
    const auto ours = ours_->values({&entry.item.key, 1}, now_);
    is_same = ours.front() && *ours.front() == entry.value;
  }
  // What is the same is written, too: it gets its origin, by which the next run knows it.
  (is_same ? counts_.same : entry.is_new ? counts_.added : counts_.changed) += 1;
  counts_.bytes = counts_.bytes.value_or(0) + entry.value.size();
  entry.item.origin = origin(entry.item);
  batch_->put(entry.item, entry.value);
  batch_bytes_ += entry.value.size();
  if (++batch_entries_ >= entries_a_batch || batch_bytes_ >= bytes_a_batch) commit_batch();
}

/// Stages all that has to be transferred, and finds what is gone and what is stale.
void KvPull::transfer(UnixMillis now) {
  const std::string prefix = options_.prefix.value_or("");
  Stores& stores = context_.stores(options_.local);
  // The threads that list and fetch are ahead of this one.
  const auto ours_ahead = stores.kv().open(resource_.local_id);
  const auto ours = stores.kv().open(resource_.local_id);
  const auto staged_ahead = staging_->entries();
  const auto staged = staging_->entries();
  KvCursor local_ahead = cursor_over(*ours_ahead, prefix, now);
  KvCursor ready_ahead = cursor_over(*staged_ahead, "", now);
  KvCursor local = cursor_over(*ours, prefix, now);
  KvCursor ready = cursor_over(*staged, "", now);
  const auto limit = static_cast<std::uint64_t>(options_.limit.value_or(INT64_MAX));
  const auto max_bytes = static_cast<std::uint64_t>(options_.max_bytes.value_or(INT64_MAX));

  std::uint64_t listed = 0;
  const auto ignore = [](const KvItem&) {};
  const auto wants = [&](const KvItem& item) {
    if (++listed > limit) return false;
    const KvItem* const here = local_ahead.find(item.key, ignore);
    const KvItem* const there = ready_ahead.find(item.key, ignore);
    return !is_ready(here, item) && !is_ready(there, item);
  };
  const bool removes = !options_.keep && !options_.is_partial();
  const auto is_gone = [&](const KvItem& item) {
    const std::scoped_lock lock(mutex_);
    if (removes) gone_.add(item.key);
  };
  const auto is_stale = [&](const KvItem& item) {
    const std::scoped_lock lock(mutex_);
    stale_.add(item.key);
  };
  const auto progress =
      context_.out().progress(fmt::format("pulling {}", resource_.name()), 0, ProgressUnit::items);
  std::uint64_t taken = 0;
  std::uint64_t bytes = 0;
  ParallelJobs jobs(filter_ ? ParallelJobs::at_once({}) : 1);
  context_.stores(options_.account)
      .kv()
      .open(resource_.account_id)
      ->scan({.prefix = prefix, .wants = wants}, now, [&](const KvItem& item, std::string* value) {
        context_.check_interrupt();
        if (taken >= limit || (value != nullptr && bytes + value->size() > max_bytes)) {
          counts_.is_cut = true;
          return false;
        }
        progress->update(++taken);
        const KvItem* const here = local.find(item.key, is_gone);
        const KvItem* const there = ready.find(item.key, is_stale);
        if (value == nullptr) {
          const std::scoped_lock lock(mutex_);
          if (is_ready(here, item)) {
            ++counts_.same;
            ++counts_.unread;
            if (there != nullptr) stale_.add(item.key);
          } else {
            ++(here == nullptr ? counts_.added : counts_.changed);
            ++counts_.staged;
            any_staged_ = true;
          }
          return true;
        }
        bytes += value->size();
        auto entry = std::make_shared<Entry>();
        entry->item = item;
        entry->value = std::move(*value);
        entry->is_new = here == nullptr;
        entry->is_like_ours = here != nullptr && differences_listed(*here, item).empty();
        entry->was_staged = there != nullptr;
        jobs.add([this, entry] { stage(std::move(*entry)); });
        return true;
      });
  jobs.finish();
  ready.rest(is_stale);
  if (!counts_.is_cut) local.rest(is_gone);
}

/// Keeps what a run that failed has transferred for the next one to go on from.
void KvPull::save_batch() noexcept try { finish_commits(); } catch (const std::exception&) {
  return;  // what made the run fail is what is reported
}

bool KvPull::holds_anything() const {
  KvListOptions any;
  any.limit = 1;
  return !ours_->list(any, now_).items.empty();
}

PullReport KvPull::run(UndoPoint& undo) {
  try {
    transfer(now_);
    finish_commits();
  } catch (...) {
    save_batch();
    throw;
  }
  stale_.drain(keys_at_once, [this](std::span<const std::string> keys) { staged_->erase(keys); });
  batch_.reset();
  staged_.reset();
  PullReport report;
  counts_.removed = gone_.size();
  report.counts = counts_;
  if (!any_staged_ && gone_.empty()) {
    staging_->discard();
    return report;
  }
  if (report.counts.any_difference() && holds_anything()) report.undo = undo.keep(StateService::kv);
  ours_.reset();
  staging_->commit(gone_);
  return report;
}

}  // namespace corral::state

#include "commands/state/transfer/r2_pull.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/jobs/parallel_jobs.hpp"

namespace corral::state {

namespace {

/// The limits of a batch of the staging: each is flushed, and a run that is killed loses the one that it has
/// begun.
constexpr std::uint64_t objects_a_batch = 500;
constexpr std::uint64_t object_bytes_a_batch = std::uint64_t{128} << 20U;

/// How often an object is read that is overwritten between being listed and being read.
constexpr int read_attempts = 3;

/// The size of the parts of a multipart object, which no listing tells but its etag depends on: one of those
/// that clients use unless told otherwise, or else whole MiB, that makes as many parts. nullopt if no size
/// does.
std::optional<std::uint64_t> likely_part_size(const ObjectInfo& object) {
  constexpr std::uint64_t mib = 1U << 20U;
  constexpr std::array<std::uint64_t, 9> usual = {5, 8, 10, 15, 16, 32, 50, 64, 100};
  const std::string_view etag = object.etag;
  const std::string_view digits = etag.substr(etag.find('-') + 1);
  std::uint64_t parts = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), parts);
  if (parts < 2) return std::nullopt;
  const auto fits = [&](std::uint64_t size) {
    return size * mib >= r2_min_part_bytes && (object.size + size * mib - 1) / (size * mib) == parts;
  };
  const auto* const found = std::find_if(usual.begin(), usual.end(), fits);
  if (found != usual.end()) return *found * mib;
  const std::uint64_t smallest = (object.size / parts + mib) / mib;
  return fits(smallest) ? std::optional(smallest * mib) : std::nullopt;
}

}  // namespace

R2Pull::R2Pull(Context& context, const TransferOptions& options, const TransferResource& resource)
    : context_(context), options_(options), resource_(resource) {
  account_ = context.stores(options.account)
                 .r2()
                 .open(resource.account_id, BucketAccess{.jurisdiction = resource.jurisdiction});
  ours_ = context.stores(options.local).r2().open(resource.local_id);
  if (options.exec) filter_.emplace(*options.exec, [&context] { context.check_interrupt(); });
}

std::string R2Pull::version(const ObjectInfo& object) const {
  return version_of(object, resource_.account_id, options_.exec);
}

/// Whether the object here is what would be transferred. One that a command makes can only be known by its
/// version.
bool R2Pull::is_same(const ObjectInfo& account, const ObjectInfo& local) const {
  return local.version == version(account) || (!filter_ && differences_listed(account, local).empty());
}

void R2Pull::compare(const Take& take) {
  const std::string prefix = options_.prefix.value_or("");
  const auto limit = static_cast<std::uint64_t>(options_.limit.value_or(INT64_MAX));
  const auto max_bytes = static_cast<std::uint64_t>(options_.max_bytes.value_or(INT64_MAX));
  const bool removes = !options_.keep && !options_.is_partial();
  const std::unique_ptr<ObjectStore> staged = staging_ ? staging_->objects() : nullptr;
  const std::unique_ptr<ObjectStore> ours = context_.stores(options_.local).r2().open(resource_.local_id);
  ObjectCursor local = cursor_over(*ours, prefix);
  ObjectCursor ready = staged ? cursor_over(*staged, "") : ObjectCursor([](auto&) { return false; });
  ObjectCursor wanted = cursor_over(*account_, prefix);
  const auto is_gone = [&](const ObjectInfo& object) {
    if (removes) gone_.add(object.key);
  };
  const auto is_stale = [&](const ObjectInfo& object) { stale_.add(object.key); };
  std::uint64_t taken = 0;
  const auto cut = [&] {
    counts_.is_cut = true;
    return false;
  };
  wanted.rest_while([&](const ObjectInfo& object) {
    context_.check_interrupt();
    if (taken >= limit) return cut();
    const ObjectInfo* const here = local.find(object.key, is_gone);
    const ObjectInfo* const there = ready.find(object.key, is_stale);
    if (here != nullptr && is_same(object, *here)) {
      ++taken;
      ++counts_.same;
      if (there != nullptr) stale_.add(object.key);
      take(object, Step::same);
      return true;
    }
    if (planned_bytes_ + object.size > max_bytes) return cut();
    ++taken;
    ++(here == nullptr ? counts_.added : counts_.changed);
    if (there != nullptr && there->version == version(object)) {
      ++counts_.staged;
      take(object, Step::staged);
      return true;
    }
    planned_bytes_ += object.size;
    take(object, Step::transfer);
    return true;
  });
  ready.rest(is_stale);
  if (!counts_.is_cut) local.rest(is_gone);
}

TransferCounts R2Pull::plan() {
  compare([](const ObjectInfo&, Step) {});
  counts_.removed = gone_.size();
  counts_.bytes = planned_bytes_;
  return counts_;
}

/// Reads an object and puts it into the batch. Any thread.
void R2Pull::transfer(const ObjectInfo& listed) {
  ObjectInfo info = listed;
  std::optional<ObjectBody> object;
  for (int attempts = 1;; ++attempts) {
    object = account_->get(info.key, {}, {});
    if (!object || object->etag.empty() || object->etag == info.etag) break;
    std::optional<ObjectInfo> now = account_->head(info.key);  // overwritten since it was listed
    if (!now) return;
    info = *std::move(now);
    if (attempts < read_attempts) continue;
    throw Error(ErrorKind::conflict,
                fmt::format("\"{}\" is being overwritten without pause", shown(info.key)),
                "run the command again: it goes on from here");
  }
  if (!object) return;  // deleted meanwhile
  ObjectWrite write;
  write.key = info.key;
  write.http = info.http;
  write.custom = info.custom;
  write.version = version(info);
  if (!filter_) {
    // The account has the MD5 of what was not written in parts, too.
    if (!info.is_multipart()) write.checksums.of(HashKind::md5) = info.etag;
    if (info.is_multipart()) write.part_size = likely_part_size(info).value_or(write.part_size);
    batch_->put(write, *object->body, info.uploaded);
    bytes_ += info.size;
    return;
  }
  try {
    const auto body = filter_->apply(*object->body, {.resource = resource_.name(), .key = info.key});
    batch_->put(write, *body, info.uploaded);
    bytes_ += info.size;
  } catch (const ValueDropped&) {
    const std::scoped_lock lock(mutex_);
    dropped_.add(info.key);
  }
}

void R2Pull::commit_batch() {
  if (batch_objects_ == 0) return;
  batch_->commit();
  batch_objects_ = 0;
  batch_bytes_ = 0;
}

/// Keeps what a run that failed has transferred for the next one to go on from.
void R2Pull::save_batch() noexcept try { commit_batch(); } catch (const std::exception&) {
  return;  // what made the run fail is what is reported
}

bool R2Pull::holds_anything() const {
  ObjectListOptions any;
  any.limit = 1;
  return !ours_->list(any).objects.empty();
}

PullReport R2Pull::run(UndoPoint& undo) {
  staging_ = context_.stores(options_.local).r2().stage(resource_.local_id);
  staged_ = staging_->objects();
  batch_ = staged_->begin_batch();
  bool any_staged = false;
  try {
    const auto progress =
        context_.out().progress(fmt::format("pulling {}", resource_.name()), 0, ProgressUnit::bytes);
    ParallelJobs jobs(objects_at_once);
    compare([&](const ObjectInfo& object, Step step) {
      any_staged = any_staged || step != Step::same;
      progress->update(bytes_);
      if (step != Step::transfer) return;
      ++batch_objects_;
      batch_bytes_ += object.size;
      jobs.add([this, object] { transfer(object); });
      if (batch_objects_ < objects_a_batch && batch_bytes_ < object_bytes_a_batch) return;
      jobs.finish();
      commit_batch();
    });
    jobs.finish();
    commit_batch();
  } catch (...) {
    save_batch();
    throw;
  }
  counts_.dropped = dropped_.size();
  dropped_.drain(keys_at_once, [this](std::span<const std::string> keys) {
    for (const std::string& key : keys) {
      const bool is_here = ours_->head(key).has_value();
      --(is_here ? counts_.changed : counts_.added);
      if (is_here) gone_.add(key);
      if (staged_->head(key)) stale_.add(key);
    }
  });
  stale_.drain(keys_at_once, [this](std::span<const std::string> keys) { staged_->erase(keys); });
  batch_.reset();
  staged_.reset();
  PullReport report;
  counts_.removed = gone_.size();
  counts_.bytes = bytes_.load();
  report.counts = counts_;
  if (!any_staged && gone_.empty()) {
    staging_->discard();
    return report;
  }
  if (report.counts.any_difference() && holds_anything()) report.undo = undo.keep(StateService::r2);
  ours_.reset();
  staging_->commit(gone_);
  return report;
}

}  // namespace corral::state

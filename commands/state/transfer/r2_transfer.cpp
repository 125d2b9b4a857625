#include "commands/state/transfer/r2_transfer.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <span>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/error.hpp"
#include "backends/jobs/parallel_jobs.hpp"
#include "commands/r2/target.hpp"
#include "commands/state/transfer/r2_pull.hpp"

namespace corral::state {

namespace {

using Change = StateDifference::Change;

StateDifference object_difference(Change change, const std::string& key,
                                  std::vector<std::string> fields = {}) {
  StateDifference found;
  found.service = StateService::r2;
  found.what = "object";
  found.item = key;
  found.change = change;
  found.fields = std::move(fields);
  return found;
}

bool same_http(HttpMetadata one, HttpMetadata other) {
  for (HttpMetadata* const metadata : {&one, &other}) {
    if (metadata->cache_expiry) *metadata->cache_expiry /= one_second;
    metadata->customer_key_md5.reset();  // an account does not tell it
    // Absent and empty are the same in a header.
    for (auto* const text :
         {&metadata->content_type, &metadata->content_language, &metadata->content_disposition,
          &metadata->content_encoding, &metadata->cache_control})
      if (*text && (*text)->empty()) text->reset();
  }
  return one == other;
}

bool same_custom(const CustomMetadata& one, const CustomMetadata& other) {
  return std::map(one.begin(), one.end()) == std::map(other.begin(), other.end());
}

/// The MD5 of an object's bytes; nullopt: it is gone.
std::optional<std::string> md5_of(ObjectStore& store, const std::string& key) {
  const auto object = store.get(key, {}, {});
  if (!object) return std::nullopt;
  Hasher hasher(HashKind::md5);
  std::array<char, 65'536> buffer{};
  while (const std::size_t count = object->body->read(buffer)) hasher.update({buffer.data(), count});
  return hex(hasher.digest());
}

}  // namespace

ObjectCursor cursor_over(ObjectStore& store, std::string prefix) {
  ObjectListOptions range;
  range.prefix = std::move(prefix);
  return ObjectCursor([&store, range](std::vector<ObjectInfo>& page) mutable {
    ObjectPage next = store.list(range);
    page = std::move(next.objects);
    if (next.cursor) range.cursor = *next.cursor;
    return next.cursor.has_value();
  });
}

std::string version_of(const ObjectInfo& object, std::string_view bucket,
                       const std::optional<std::string>& exec) {
  constexpr std::size_t digits = 32;
  std::string text = exec ? "r2x" : "r2-";
  const auto add = [&](std::string_view part) {
    text += fmt::format("{}:", part.size());
    text += part;
  };
  add(bucket);
  add(exec.value_or(""));
  add(object.key);
  add(object.etag);
  text += fmt::format("{}:{}:{}:", object.size, object.uploaded,
                      object.http.cache_expiry.value_or(0) / one_second);
  for (const auto& field :
       {object.http.content_type, object.http.content_language, object.http.content_disposition,
        object.http.content_encoding, object.http.cache_control})
    add(field.value_or(""));
  for (const auto& [name, value] : std::map(object.custom.begin(), object.custom.end())) {
    add(name);
    add(value);
  }
  return hex(sha256(text)).substr(0, digits);
}

std::vector<std::string> differences_listed(const ObjectInfo& one, const ObjectInfo& other) {
  std::vector<std::string> fields;
  if (one.size != other.size) fields.emplace_back("size");
  if (one.etag != other.etag) fields.emplace_back("etag");
  if (!same_http(one.http, other.http)) fields.emplace_back("http metadata");
  if (!same_custom(one.custom, other.custom)) fields.emplace_back("custom metadata");
  return fields;
}

R2Transfer::R2Transfer(Context& context, const TransferOptions& options, TransferResource resource)
    : context_(context), options_(options), resource_(std::move(resource)) {
  if (!options.prefix && !options.is_partial()) settings_.emplace(context, options, resource_);
}

std::unique_ptr<ObjectStore> R2Transfer::open_local() const {
  return context_.stores(options_.local).r2().open(resource_.local_id);
}

std::unique_ptr<ObjectStore> R2Transfer::open_account() const {
  r2::BucketOptions options;
  options.state = options_.account;
  options.jurisdiction = resource_.jurisdiction;
  return r2::open_bucket(context_, options, resource_.account_id, r2::Access::write,
                         options_.force ? r2::CatalogCheck::off : r2::CatalogCheck::on);
}

std::vector<std::string> R2Transfer::differences(const ObjectInfo& account, const ObjectInfo& local) const {
  if (local.version == version_of(account, resource_.account_id, options_.exec)) return {};
  return differences_listed(account, local);
}

TransferCounts R2Transfer::compare(const Visit& visit) {
  counts_ = {};
  const auto here = open_local();
  const auto there = open_account();
  ObjectCursor locals = cursor_over(*here, prefix());
  ObjectCursor accounts = cursor_over(*there, prefix());
  const auto progress =
      context_.out().progress(fmt::format("comparing {}", resource_.name()), 0, ProgressUnit::items);
  std::uint64_t seen = 0;
  std::uint64_t bytes = 0;
  const auto only_here = [&](const ObjectInfo& object) {
    ++counts_.added;
    bytes += object.size;
    to_put_.add(object.key);
    visit(object_difference(Change::added, object.key));
  };
  accounts.rest([&](const ObjectInfo& object) {
    context_.check_interrupt();
    progress->update(++seen);
    const ObjectInfo* const local = locals.find(object.key, only_here);
    if (local == nullptr) {
      ++counts_.removed;
      to_erase_.add(object.key);
      visit(object_difference(Change::removed, object.key));
      return;
    }
    std::vector<std::string> fields = differences(object, *local);
    const bool only_etag = fields == std::vector<std::string>{"etag"};
    if (options_.deep && only_etag && (object.is_multipart() || local->is_multipart()) &&
        md5_of(*here, object.key) == md5_of(*there, object.key))
      fields.clear();
    if (fields.empty()) {
      ++counts_.same;
      return;
    }
    ++counts_.changed;
    bytes += local->size;
    to_put_.add(object.key);
    visit(object_difference(Change::changed, object.key, std::move(fields)));
  });
  locals.rest(only_here);
  counts_.bytes = bytes;
  if (settings_) {
    for (const StateDifference& one : settings_->compare()) {
      ++(one.change == Change::added     ? counts_.added
         : one.change == Change::removed ? counts_.removed
                                         : counts_.changed);
      visit(one);
    }
  }
  return counts_;
}

TransferCounts R2Transfer::plan_pull() {
  R2Pull pull(context_, options_, resource_);
  TransferCounts counts = pull.plan();
  if (settings_) counts.changed += settings_->compare().size();
  return counts;
}

PullReport R2Transfer::pull(UndoPoint& undo) {
  if (settings_) settings_->fetch();  // before anything is changed
  R2Pull pull(context_, options_, resource_);
  PullReport report = pull.run(undo);
  if (settings_) report.counts.changed += settings_->pull();
  return report;
}

TransferCounts R2Transfer::push() {
  const auto here = open_local();
  const auto there = open_account();
  const UnixMillis now = context_.clock().now();
  const auto progress = context_.out().progress(fmt::format("pushing {}", resource_.name()),
                                                counts_.bytes.value_or(0), ProgressUnit::bytes);
  std::atomic<std::uint64_t> bytes = 0;
  ParallelJobs jobs(objects_at_once);
  const auto put = [&](const std::string& key) {
    context_.check_interrupt();
    progress->update(bytes);
    auto object = here->get(key, {}, {});
    if (!object) return;  // deleted since it was compared
    auto body = std::make_shared<ObjectBody>(std::move(*object));
    ObjectWrite write;
    write.key = key;
    write.http = body->http;
    write.custom = body->custom;
    if (body->is_multipart()) {
      // The same parts give the same etag.
      const auto files = here->files(key);
      if (files && files->multipart)
        write.part_size = std::clamp(files->parts.front().size, r2_min_part_bytes, r2_max_part_bytes);
    }
    jobs.add([&there, &bytes, body, write = std::move(write), now] {
      there->put(write, *body->body, now);
      bytes += body->size;
    });
  };
  to_put_.drain(keys_at_once, [&](std::span<const std::string> keys) {
    for (const std::string& key : keys) put(key);
  });
  jobs.finish();
  if (options_.with_deletions)
    to_erase_.drain(keys_at_once, [&](std::span<const std::string> keys) { there->erase(keys); });
  if (settings_) settings_->push(options_.with_deletions);
  TransferCounts counts = counts_;
  counts.bytes = bytes;
  if (!options_.with_deletions) counts.removed = 0;
  return counts;
}

}  // namespace corral::state

#include "commands/r2/lifecycle_run.hpp"

#include <memory>
#include <utility>

#include "backends/error.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/lifecycle_rules.hpp"
#include "commands/r2/lock_rules.hpp"

namespace corral::r2 {

namespace {

/// What a run did, or would do.
class LifecycleRun {
 public:
  LifecycleRun(Context& context, ObjectStore& store, std::shared_ptr<const ObjectGuard> locks, bool dry_run)
      : context_(context),
        store_(store),
        locks_(std::move(locks)),
        dry_run_(dry_run),
        now_(context.clock().now()) {}

  void apply(const LifecycleRule& rule) {
    if (!rule.enabled) return;
    if (rule.expire) expire(rule);
    if (rule.abort_multipart_after) abort_uploads(rule);
  }

  [[nodiscard]] LifecycleResult result() && { return {std::move(done_), locked_}; }

 private:
  void expire(const LifecycleRule& rule) {
    ObjectListOptions range;
    range.prefix = rule.prefix;
    while (true) {
      context_.check_interrupt();
      const ObjectPage page = store_.list(range);
      for (const ObjectInfo& object : page.objects) {
        if (rule.expire->has_come(object.uploaded, now_)) expire(rule, object);
      }
      if (!page.cursor) return;
      range.cursor = *page.cursor;
    }
  }

  void expire(const LifecycleRule& rule, const ObjectInfo& object) {
    try {
      if (locks_ != nullptr) locks_->check(object);
    } catch (const Error&) {
      ++locked_;
      return;
    }
    // Skip objects written since the list was made.
    if (!dry_run_ && !store_.erase_unchanged(object)) return;
    note("delete", object.key, rule, object.size);
  }

  void abort_uploads(const LifecycleRule& rule) {
    const LifecycleMoment moment{rule.abort_multipart_after, 0};
    for (const MultipartUpload& upload : store_.uploads()) {
      const bool old = upload.started && moment.has_come(*upload.started, now_);
      if (!old || !upload.key.starts_with(rule.prefix)) continue;
      if (dry_run_ || store_.abort_upload(upload.id)) note("abort upload", upload.key, rule, upload.bytes);
    }
  }

  void note(const char* action, const std::string& key, const LifecycleRule& rule, std::uint64_t size) {
    Json one;
    one["action"] = action;
    one["key"] = key;
    one["size"] = size;
    one["rule"] = rule.id;
    done_.push_back(std::move(one));
  }

  Context& context_;
  ObjectStore& store_;
  std::shared_ptr<const ObjectGuard> locks_;
  bool dry_run_;
  UnixMillis now_;
  Json done_ = Json::array();
  std::size_t locked_ = 0;
};

}  // namespace

LifecycleResult run_lifecycle(Context& context, const BucketOptions& options, const std::string& bucket,
                              const Json& rules, bool dry_run) {
  Registry& registry = context.stores(options.state).registry();
  const auto store = open_bucket(context, options, bucket, Access::expire);
  LifecycleRun run(context, *store,
                   lock_guard(bucket_settings(registry, bucket), bucket, context.clock().now()), dry_run);
  for (const LifecycleRule& rule : parse_lifecycle_rules(rules)) run.apply(rule);
  return std::move(run).result();
}

}  // namespace corral::r2

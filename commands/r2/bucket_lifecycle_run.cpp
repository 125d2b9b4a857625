#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/lifecycle_rules.hpp"
#include "commands/r2/lock_rules.hpp"
#include "commands/r2/setting_command.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::r2 {

namespace {

struct Options {
  SettingTarget target;
  bool dry_run = false;
};

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

  [[nodiscard]] const Json& done() const { return done_; }
  [[nodiscard]] std::size_t locked() const { return locked_; }

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

void run(const Options& options, Context& context) {
  const auto rules = parse_lifecycle_rules(
      read_setting(context, options.target, BucketSetting::lifecycle, lifecycle_rules_as_json({})));
  const std::string bucket = resolve_bucket(context, options.target.bucket);
  Registry& registry = context.stores(options.target.options.state).registry();
  const auto store = open_bucket(context, options.target.options, bucket, Access::expire);
  LifecycleRun run(context, *store,
                   lock_guard(bucket_settings(registry, bucket), bucket, context.clock().now()),
                   options.dry_run);
  for (const LifecycleRule& rule : rules) run.apply(rule);
  Output& out = context.out();
  if (!out.for_person()) {
    out.data(json_text(run.done(), 2) + "\n");
  } else {
    for (const Json& one : run.done()) {
      out.data(fmt::format("{} {} ({})\n", one["action"].get<std::string>(),
                           shown(one["key"].get<std::string>()), shown(one["rule"].get<std::string>())));
    }
  }
  out.note(fmt::format("{} {} objects and uploads{}", options.dry_run ? "would remove" : "removed",
                       run.done().size(),
                       run.locked() > 0 ? fmt::format("; {} are locked and stay", run.locked()) : ""));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_setting_target(arguments, options->target, "bucket", Reach::state_folder);
  add_flag(arguments, "--dry-run", options->dry_run, "Print what would be removed without removing it");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command lifecycle_run() {
  return {.names = {"run"},
          .summary = "Apply the lifecycle rules now",
          .examples = {"corral r2 bucket lifecycle run my-bucket --dry-run"},
          .declare = declare,
          .live_values = bucket_values()};
}

}  // namespace corral::r2

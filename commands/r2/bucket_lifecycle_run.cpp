#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/command/arguments.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/lifecycle_rules.hpp"
#include "commands/r2/lifecycle_run.hpp"
#include "commands/r2/setting_command.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::r2 {

namespace {

struct Options {
  SettingTarget target;
  bool dry_run = false;
};

void run(const Options& options, Context& context) {
  const Json rules =
      read_setting(context, options.target, BucketSetting::lifecycle, lifecycle_rules_as_json({}));
  const LifecycleResult result =
      run_lifecycle(context, options.target.options, resolve_bucket(context, options.target.bucket), rules,
                    options.dry_run);
  Output& out = context.out();
  if (!out.for_person()) {
    out.data(json_text(result.done, 2) + "\n");
  } else {
    for (const Json& one : result.done) {
      out.data(fmt::format("{} {} ({})\n", one["action"].get<std::string>(),
                           shown(one["key"].get<std::string>()), shown(one["rule"].get<std::string>())));
    }
  }
  out.note(fmt::format("{} {} objects and uploads{}", options.dry_run ? "would remove" : "removed",
                       result.done.size(),
                       result.locked > 0 ? fmt::format("; {} are locked and stay", result.locked) : ""));
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

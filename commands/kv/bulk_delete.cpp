#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/kv/batch_size.hpp"
#include "commands/kv/commands.hpp"
#include "commands/kv/key_file.hpp"
#include "commands/kv/target.hpp"

namespace corral::kv {

namespace {

struct Options {
  NamespaceOptions target;
  std::string filename;
  bool force = false;
  std::optional<std::int64_t> batch_size;
};

void run(const Options& options, Context& context) {
  check_batch_size(options.batch_size);
  const std::vector<std::string> keys = read_key_file(context, options.filename);
  const std::unique_ptr<KvStore> store = open_namespace(context, options.target, Access::write);
  if (!keys.empty()) {
    confirm(context,
            fmt::format("Delete {} {}{}?", keys.size(), keys.size() == 1 ? "key" : "keys",
                        options.force ? "" : place_for_question(context, options.target)),
            "--force", options.force);
  }
  const KvTraits traits = store->traits();
  const std::size_t part_size =
      options.batch_size ? static_cast<std::size_t>(*options.batch_size) : traits.entries_a_part;
  store->set_part_size(part_size);
  std::size_t deleted = 0;
  const auto progress = context.out().progress("deleting", keys.size(), ProgressUnit::items);
  for (std::span<const std::string> rest = keys; !rest.empty();) {
    context.check_interrupt();
    const std::size_t count = std::min(rest.size(), part_size * traits.parts_at_once);
    deleted += store->erase(rest.first(count));
    rest = rest.subspan(count);
    progress->update(keys.size() - rest.size());
  }
  const bool all = deleted == keys.size();
  context.out().note(
      fmt::format("deleted {} of {} keys{}", deleted, keys.size(), all ? "" : "; the others were not there"));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(add_file(arguments, "filename", options->filename,
                    "JSON array of keys or of {\"name\"} objects; - is stdin"));
  add_batch_size(arguments, options->batch_size);
  add_flag(arguments, "--force,-f", options->force, "Do not ask");
  add_namespace_options(arguments, options->target);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command bulk_delete() {
  return {.names = {"delete"},
          .summary = "Delete the keys that a JSON file lists",
          .examples = {"corral kv bulk delete keys.json --force --binding CACHE",
                       "corral kv key list --prefix tmp: --binding CACHE | corral kv bulk delete - --force "
                       "--binding CACHE"},
          .declare = declare,
          .live_values = namespace_values()};
}

}  // namespace corral::kv

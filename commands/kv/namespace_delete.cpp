#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/kv/commands.hpp"
#include "commands/kv/target.hpp"

namespace corral::kv {

namespace {

struct Options {
  NamespaceOptions target;
  std::optional<std::string> title;
  bool skip_confirmation = false;
};

void run(Options options, Context& context) {
  if (options.title) {
    if (options.target.title) throw Error(ErrorKind::usage, "the namespace is named twice");
    options.target.title = options.title;
  }
  const std::string id = resolve_namespace(context, options.target, Access::write);
  Stores& stores = context.stores(options.target.state);
  const auto made_here = stores.registry().find_id(ResourceKind::kv_namespace, id);
  std::uint64_t keys = 0;
  for (const auto& [name, backend] : stores.kv_backends()) {
    const KvStats stats = backend->open(id)->stats(context.clock().now(), 0);
    keys += stats.keys + stats.expired;
  }
  confirm(context,
          fmt::format("Delete KV namespace {}{} and its {} {}?", shown(id),
                      made_here ? fmt::format(" \"{}\"", shown(made_here->name)) : "", keys,
                      keys == 1 ? "entry" : "entries"),
          "--skip-confirmation (-y)", options.skip_confirmation);
  std::uint64_t removed = 0;
  for (const auto& [name, backend] : stores.kv_backends()) removed += backend->drop(id);
  if (made_here) stores.registry().remove(ResourceKind::kv_namespace, id);
  context.out().note(fmt::format("deleted KV namespace {} with {} {}", shown(id), removed,
                                 removed == 1 ? "entry" : "entries"));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(add_text(arguments, "namespace", options->title, "Title of a namespace created here"), "TITLE");
  add_flag(arguments, "--skip-confirmation,-y", options->skip_confirmation, "Do not ask");
  add_namespace_options(arguments, options->target);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command namespace_delete() {
  return {
      .names = {"delete"},
      .summary = "Delete a namespace and all its entries",
      .examples = {"corral kv namespace delete my-cache", "corral kv namespace delete --binding CACHE -y"},
      .declare = declare,
      .live_values = namespace_values()};
}

}  // namespace corral::kv

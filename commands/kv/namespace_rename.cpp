#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/kv_namespaces.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/new_binding.hpp"
#include "commands/command/state_options.hpp"
#include "commands/kv/commands.hpp"
#include "commands/kv/target.hpp"

namespace corral::kv {

namespace {

struct Options {
  StateOptions state;
  std::optional<std::string> old_name;
  std::optional<std::string> namespace_id;
  std::string new_name;
};

void run(const Options& options, Context& context) {
  check_new_name(options.new_name, max_title_bytes, "--new-name");
  if (options.old_name.has_value() == options.namespace_id.has_value()) {
    throw Error(ErrorKind::usage, "which KV namespace is meant?", "give its title, or --namespace-id ID");
  }
  NamespaceOptions target;
  target.state = options.state;
  target.title = options.old_name;
  target.namespace_id = options.namespace_id;
  const std::string id = resolve_namespace(context, target, Access::write);
  context.stores(options.state).kv_namespaces().rename(id, options.new_name);
  context.out().note(fmt::format("KV namespace {} is now \"{}\"", shown(id), shown(options.new_name)));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(add_text(arguments, "old-name", options->old_name, "Title of the namespace"), "TITLE");
  value_name(add_text(arguments, "--namespace-id", options->namespace_id, "Id of the namespace"), "ID");
  required(value_name(add_text(arguments, "--new-name", options->new_name, "New title"), "TITLE"));
  add_kv_state_options(arguments, options->state);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command namespace_rename() {
  return {.names = {"rename"},
          .summary = "Rename a namespace; its id stays the same",
          .examples = {"corral kv namespace rename my-cache --new-name page-cache"},
          .declare = declare,
          .live_values = namespace_values()};
}

}  // namespace corral::kv

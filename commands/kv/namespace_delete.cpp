#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/kv_namespaces.hpp"
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

std::string entries(const std::optional<std::uint64_t>& count) {
  return count ? fmt::format("{} {}", *count, *count == 1 ? "entry" : "entries") : "all its entries";
}

std::string question_about(KvNamespaces& namespaces, const std::string& id, UnixMillis now) {
  const auto known = namespaces.find_id(id);
  const auto totals = namespaces.totals(id, now);
  return fmt::format("Delete KV namespace {}{}{} and {}{}?", shown(id),
                     known ? fmt::format(" \"{}\"", shown(known->title)) : "", namespaces.owner(),
                     totals ? "its " : "",
                     entries(totals ? std::optional(totals->keys + totals->expired) : std::nullopt));
}

void run(Options options, Context& context) {
  if (options.title) {
    if (options.target.title) throw Error(ErrorKind::usage, "the namespace is named twice");
    options.target.title = options.title;
  }
  const std::string id = resolve_namespace(context, options.target, Access::write);
  KvNamespaces& namespaces = context.stores(options.target.state).kv_namespaces();
  if (!options.skip_confirmation)
    confirm(context, question_about(namespaces, id, context.clock().now()), "--skip-confirmation (-y)",
            false);
  const std::optional<std::uint64_t> removed = namespaces.remove(id);
  context.out().note(fmt::format("deleted KV namespace {} with {}", shown(id), entries(removed)));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(add_text(arguments, "namespace", options->title,
                      "Title of a namespace created here, or of the account's"),
             "TITLE");
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

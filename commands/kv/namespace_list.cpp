#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "commands/command/arguments.hpp"
#include "commands/command/list_output.hpp"
#include "commands/command/state_options.hpp"
#include "commands/kv/commands.hpp"
#include "commands/kv/describe.hpp"
#include "commands/kv/known_namespaces.hpp"
#include "commands/text/json.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::kv {

namespace {

/// The keys and bytes of a namespace, summed over all backends that hold some of it.
KvStats total_stats(Context& context, Stores& stores, const std::string& id) {
  KvStats total;
  for (const auto& [name, backend] : stores.kv_backends()) {
    context.check_interrupt();
    const KvStats stats = backend->open(id)->stats(context.clock().now(), 0);
    total.keys += stats.keys;
    total.bytes += stats.bytes;
  }
  return total;
}

void run(const StateOptions& state, Context& context) {
  Stores& stores = context.stores(state);
  Output& out = context.out();
  Json list = Json::array();
  Table table({{"id"}, {"title"}, {"binding"}, {"keys", Table::Align::right}, {"size", Table::Align::right}});
  for (const KnownNamespace& known : known_namespaces(context, state)) {
    const KvStats stats = total_stats(context, stores, known.id);
    if (out.for_person()) {
      table.add({known.id, known.title, fmt::format("{}", fmt::join(known.bindings, ", ")),
                 std::to_string(stats.keys), readable_size(stats.bytes)});
      continue;
    }
    Json one;
    one["id"] = known.id;
    one["title"] = known.title.empty() ? Json(nullptr) : Json(known.title);
    one["bindings"] = known.bindings;
    one["backends"] = known.backends;
    one["keys"] = stats.keys;
    one["bytes"] = stats.bytes;
    list.push_back(std::move(one));
  }
  print_list(out, list, table, "no KV namespaces here; make one with 'corral kv namespace create NAME'");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<StateOptions>();
  add_kv_state_options(arguments, *options);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command namespace_list() {
  return {.names = {"list"},
          .summary = "List namespaces: created here, in the config, and on disk",
          .examples = {"corral kv namespace list", "corral kv namespace list --json"},
          .declare = declare,
          .reads_only = true};
}

}  // namespace corral::kv

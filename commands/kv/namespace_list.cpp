#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/kv_namespaces.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/list_output.hpp"
#include "commands/command/state_options.hpp"
#include "commands/kv/commands.hpp"
#include "commands/kv/describe.hpp"
#include "commands/kv/known_namespaces.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::kv {

namespace {

/// wrangler's fields for a namespace of an account; else what is known here.
Json as_json(const KnownNamespace& known, const std::optional<KvStats>& totals) {
  if (!known.description.empty()) return parse_json(known.description, "the description of a namespace");
  Json json;
  json["id"] = known.id;
  json["title"] = known.title.empty() ? Json(nullptr) : Json(known.title);
  json["bindings"] = known.bindings;
  json["backends"] = known.backends;
  if (totals) {
    json["keys"] = totals->keys;
    json["bytes"] = totals->bytes;
  }
  return json;
}

void run(const StateOptions& state, Context& context) {
  KvNamespaces& namespaces = context.stores(state).kv_namespaces();
  Output& out = context.out();
  Json list = Json::array();
  Table table({{"id"}, {"title"}, {"binding"}, {"keys", Table::Align::right}, {"size", Table::Align::right}});
  for (const KnownNamespace& known : known_namespaces(context, state)) {
    context.check_interrupt();
    const std::optional<KvStats> totals = namespaces.totals(known.id, context.clock().now());
    list.push_back(as_json(known, totals));
    table.add({known.id, known.title, fmt::format("{}", fmt::join(known.bindings, ", ")),
               totals ? std::to_string(totals->keys) : "", totals ? readable_size(totals->bytes) : ""});
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
          .summary = "List namespaces: created here, in the config, and on disk; or the account's",
          .examples = {"corral kv namespace list", "corral kv namespace list --json"},
          .declare = declare,
          .reads_only = true};
}

}  // namespace corral::kv

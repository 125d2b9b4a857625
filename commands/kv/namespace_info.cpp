#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/kv/commands.hpp"
#include "commands/kv/describe.hpp"
#include "commands/kv/target.hpp"
#include "commands/text/field_list.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::kv {

namespace {

struct Options {
  NamespaceOptions target;
  std::optional<std::string> title;
  std::optional<std::int64_t> biggest;
};

void print_for_person(const std::string& id, const KvStats& stats, const KvStore& store, Output& out) {
  FieldList fields;
  fields.add("id", id);
  fields.add("keys", std::to_string(stats.keys));
  if (store.traits().knows_sizes) {
    fields.add("bytes", fmt::format("{} ({})", stats.bytes, readable_size(stats.bytes)));
    fields.add("expired", fmt::format("{} still taking space", stats.expired));
  }
  fields.add("kept in", store.location());
  fields.print(out);
  if (stats.biggest.empty()) return;
  Table biggest({{"biggest values"}, {"size", Table::Align::right}});
  for (const KvItem& item : stats.biggest) biggest.add({item.key, readable_size(*item.size)});
  out.data("\n");
  biggest.print(out);
}

void run(Options options, Context& context) {
  if (options.title) {
    if (options.target.title) throw Error(ErrorKind::usage, "the namespace is named twice");
    options.target.title = options.title;
  }
  const auto biggest = options.biggest.value_or(5);
  if (biggest < 0) throw Error(ErrorKind::usage, "--biggest cannot be negative");
  const std::string id = resolve_namespace(context, options.target, Access::read);
  const std::unique_ptr<KvStore> store = context.stores(options.target.state).kv().open(id);
  const KvStats stats = store->stats(context.clock().now(), static_cast<std::size_t>(biggest));
  Output& out = context.out();
  if (out.for_person()) {
    print_for_person(id, stats, *store, out);
    return;
  }
  Json json;
  json["id"] = id;
  json["keys"] = stats.keys;
  if (store->traits().knows_sizes) {
    json["bytes"] = stats.bytes;
    json["expired"] = stats.expired;
    json["biggest"] = Json::array();
    for (const KvItem& item : stats.biggest) json["biggest"].push_back(entry_as_json(item));
  }
  json["location"] = store->location();
  out.data(json_text(json, 2) + "\n");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(add_text(arguments, "namespace", options->title, "Title of a namespace created here"), "TITLE");
  add_integer(arguments, "--biggest", options->biggest, "How many of the largest values to list (5)");
  add_namespace_options(arguments, options->target);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command namespace_info() {
  return {
      .names = {"info"},
      .silent_names = {"get"},
      .summary = "Count keys, bytes and expired entries, and list the largest values",
      .examples = {"corral kv namespace info --binding CACHE", "corral kv namespace info my-cache --json"},
      .declare = declare,
      .reads_only = true,
      .live_values = namespace_values()};
}

}  // namespace corral::kv

#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/command/arguments.hpp"
#include "commands/kv/commands.hpp"
#include "commands/kv/describe.hpp"
#include "commands/kv/target.hpp"
#include "commands/text/field_list.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"

namespace corral::kv {

namespace {

struct Options {
  NamespaceOptions target;
  std::string key;
};

void run(const Options& options, Context& context) {
  const std::unique_ptr<KvStore> store = open_namespace(context, options.target, Access::read);
  const std::optional<KvItem> item = store->head(options.key, context.clock().now());
  if (!item) throw key_not_found(options.target, options.key);
  Output& out = context.out();
  if (!out.for_person()) {
    Json json = entry_as_json(*item);
    json["location"] = store->location();
    out.data(json_text(json, 2) + "\n");
    return;
  }
  FieldList fields;
  fields.add("key", item->key);
  fields.add("size", fmt::format("{} ({} bytes)", readable_size(*item->size), *item->size));
  fields.add("expires", item->expiration ? readable_time(*item->expiration) + " UTC" : "never");
  fields.add("metadata", item->metadata.value_or("none"));
  fields.add("kept in", store->location());
  fields.print(out);
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "key", options->key, "Key to describe"), "KEY"));
  add_namespace_options(arguments, options->target);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command key_info() {
  return {.names = {"info"},
          .summary = "Show size, expiration and metadata of a key without its value",
          .examples = {"corral kv key info greeting --binding CACHE"},
          .declare = declare,
          .reads_only = true,
          .live_values = namespace_and_key_values()};
}

}  // namespace corral::kv

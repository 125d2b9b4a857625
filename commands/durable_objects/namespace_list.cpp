#include <memory>
#include <string>

#include <fmt/format.h>

#include "commands/command/list_output.hpp"
#include "commands/command/state_options.hpp"
#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::durable_objects {

namespace {

void run(const StateOptions& state, Context& context) {
  Stores& stores = context.stores(state);
  Output& out = context.out();
  Json list = Json::array();
  Table table({{"class"},
               {"script"},
               {"binding"},
               {"objects", Table::Align::right},
               {"size", Table::Align::right},
               {"remark"}});
  for (const KnownClass& known : known_classes(context, state)) {
    context.check_interrupt();
    const DurableClassSize size =
        known.stored ? stores.durable_objects().size_of(known.of) : DurableClassSize{};
    const std::string remark = !known.remark.empty() ? known.remark
                               : known.in_config     ? ""
                                                     : "not in the config";
    if (out.for_person()) {
      table.add({known.of.name, known.of.script, fmt::format("{}", fmt::join(known.bindings, ", ")),
                 std::to_string(size.objects), readable_size(size.bytes), remark});
      continue;
    }
    Json one;
    one["script"] = known.of.script.empty() ? Json(nullptr) : Json(known.of.script);
    one["class"] = known.of.name;
    one["bindings"] = known.bindings;
    one["in_config"] = known.in_config;
    one["objects"] = size.objects;
    one["bytes"] = size.bytes;
    one["folder"] =
        known.stored ? Json(stores.folder_of_class(known.of.script, known.of.name).native()) : Json(nullptr);
    if (!remark.empty()) one["remark"] = remark;
    list.push_back(std::move(one));
  }
  print_list(out, list, table,
             "no Durable Object classes here: the config has none, and 'wrangler dev' has made none");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<StateOptions>();
  add_state_options(arguments, *options);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command namespace_list() {
  return {.names = {"list"},
          .summary = "List classes in the config and on disk, with their contents",
          .examples = {"corral do namespace list", "corral do namespace list --json"},
          .declare = declare,
          .reads_only = true};
}

}  // namespace corral::durable_objects

#include <memory>
#include <string>

#include <fmt/format.h>

#include "commands/command/list_output.hpp"
#include "commands/command/state_options.hpp"
#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::durable_objects {

namespace {

void run(const StateOptions& state, Context& context) {
  Stores& stores = context.stores(state);
  Output& out = context.out();
  Json list = Json::array();
  DurableObjectBackend& backend = stores.durable_objects();
  const bool measures = backend.reads_content();
  std::vector<Table::Column> columns = {{"class"}, {"script"}, {"binding"}};
  if (measures) {
    columns.push_back({"objects", Table::Align::right});
    columns.push_back({"size", Table::Align::right});
  }
  columns.push_back({"remark"});
  Table table(std::move(columns));
  for (const KnownClass& known : known_classes(context, state)) {
    context.check_interrupt();
    const DurableClassSize size = measures && known.stored ? backend.size_of(known.of) : DurableClassSize{};
    const std::string remark = !known.remark.empty() ? known.remark
                               : known.in_config     ? ""
                                                     : "not in the config";
    if (out.for_person()) {
      std::vector<std::string> row = {known.of.name, known.of.script,
                                      fmt::format("{}", fmt::join(known.bindings, ", "))};
      if (measures) {
        row.push_back(std::to_string(size.objects));
        row.push_back(readable_size(size.bytes));
      }
      row.push_back(remark);
      table.add(std::move(row));
      continue;
    }
    if (!measures) {
      list.push_back(parse_json(backend.description_of(known.of), "the class"));
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
             measures
                 ? "no Durable Object classes here: the config has none, and 'wrangler dev' has made none"
                 : "the account has no Durable Object classes");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<StateOptions>();
  add_state_options(arguments, *options, Reach::state_folder_account);
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

#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/state_options.hpp"
#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/describe.hpp"
#include "commands/durable_objects/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::durable_objects {

namespace {

struct Options {
  ClassOptions of;
  std::optional<std::string> prefix;
  std::optional<std::int64_t> limit;
  std::optional<std::string> cursor;
  bool page = false;
};

/// Prints objects as they arrive: as an array (inside a page object if `page`) or a table.
class Printer {
 public:
  Printer(Output& out, bool page, bool looks_into)
      : out_(out),
        page_(page),
        for_person_(out.for_person() && !page),
        table_(looks_into ? std::vector<Table::Column>{{"id"},
                                                       {"name"},
                                                       {"keys", Table::Align::right},
                                                       {"tables", Table::Align::right},
                                                       {"size", Table::Align::right},
                                                       {"alarm"}}
                          : std::vector<Table::Column>{{"id"}}) {}

  void add(const std::string& id, const DurableObjectInfo& info) {
    if (for_person_) {
      ++count_;
      table_.add({id, info.name.value_or(""), std::to_string(info.keys), std::to_string(info.tables),
                  readable_size(info.bytes), info.alarm ? readable_time(millis_of(*info.alarm)) : ""});
      return;
    }
    add_json(info_as_json(id, info));
  }

  /// An object of which only the account's description is known.
  void add(const ListedObject& object) {
    if (for_person_) {
      ++count_;
      table_.add({object.id});
      return;
    }
    add_json(parse_json(object.description, "the object"));
  }

  void finish(const std::string& cls, const std::optional<std::string>& cursor) {
    if (!for_person_) {
      begin();
      out_.data(count_ == 0 ? "]" : page_ ? "\n  ]" : "\n]");
      if (page_) {
        out_.data(fmt::format(",\n  \"list_complete\": {}", !cursor));
        if (cursor) out_.data(",\n  \"cursor\": " + json_string(*cursor));
        out_.data("\n}");
      }
      out_.data("\n");
    } else if (count_ == 0) {
      out_.note(fmt::format("no objects of {} here", shown(cls)));
    } else {
      table_.print(out_);
    }
    if (cursor && !page_) out_.note(fmt::format("more objects follow: --cursor {}", shown(*cursor)));
  }

 private:
  /// Nothing is printed before the first answer has come.
  void begin() {
    if (count_ == 0) out_.data(page_ ? "{\n  \"objects\": [" : "[");
  }

  void add_json(const Json& object) {
    const int depth = page_ ? 2 : 1;
    begin();
    out_.data((++count_ > 1 ? ",\n" : "\n") + std::string(static_cast<std::size_t>(2 * depth), ' ') +
              json_text(object, 2, depth));
  }

  Output& out_;
  bool page_;
  bool for_person_;
  std::uint64_t count_ = 0;
  Table table_;
};

void run(const Options& options, Context& context) {
  if (options.limit && *options.limit < 1) throw Error(ErrorKind::usage, "--limit must be at least 1");
  const DurableClass of = find_class(context, options.of);
  DurableObjectBackend& backend = context.stores(options.of.state).durable_objects();
  Printer printer(context.out(), options.page, backend.reads_content());
  DurableObjectRange range{.prefix = ascii_lower(options.prefix.value_or("")), .cursor = options.cursor};
  if (options.limit) range.limit = static_cast<std::uint64_t>(*options.limit);
  const auto next = backend.list(of, range, [&](std::span<const ListedObject> objects) {
    context.check_interrupt();
    if (!backend.reads_content()) {
      for (const ListedObject& object : objects) printer.add(object);
      return;
    }
    std::vector<std::string> ids;
    ids.reserve(objects.size());
    for (const ListedObject& object : objects) ids.push_back(object.id);
    const std::vector<DurableObjectFinding> findings = backend.look_into(of, ids);
    for (std::size_t i = 0; i < findings.size(); ++i) {
      if (findings[i].problem.empty()) {
        printer.add(ids[i], findings[i].info);
      } else {
        context.out().warning(findings[i].problem);
      }
    }
  });
  printer.finish(of.name, next);
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_class_options(arguments, options->of, Reach::state_folder_account);
  value_name(add_text(arguments, "--prefix", options->prefix, "Only ids that start with this"), "ID");
  add_integer(arguments, "--limit", options->limit, "List at most N objects");
  value_name(
      add_text(arguments, "--cursor", options->cursor, "Continue after the page that returned this cursor"),
      "CURSOR");
  add_flag(arguments, "--page", options->page, "JSON with objects, list_complete and cursor");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command list() {
  return {.names = {"list"},
          .summary = "List the objects of a class: id, name, keys, tables, size, alarm",
          .examples = {"corral do list Counter", "corral do list Counter --limit 100 --page"},
          .declare = declare,
          .reads_only = true,
          .live_values = class_values()};
}

}  // namespace corral::durable_objects

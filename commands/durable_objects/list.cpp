#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/describe.hpp"
#include "commands/durable_objects/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::durable_objects {

namespace {

constexpr std::size_t looked_into_at_once = 1000;

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
  Printer(Output& out, bool page) : out_(out), page_(page), for_person_(out.for_person() && !page) {
    if (!for_person_) out_.data(page_ ? "{\n  \"objects\": [" : "[");
  }

  void add(const std::string& id, const DurableObjectInfo& info) {
    ++count_;
    if (for_person_) {
      table_.add({id, info.name.value_or(""), std::to_string(info.keys), std::to_string(info.tables),
                  readable_size(info.bytes), info.alarm ? readable_time(millis_of(*info.alarm)) : ""});
      return;
    }
    const int depth = page_ ? 2 : 1;
    out_.data((count_ > 1 ? ",\n" : "\n") + std::string(static_cast<std::size_t>(2 * depth), ' ') +
              json_text(info_as_json(id, info), 2, depth));
  }

  void finish(const std::string& cls, const std::optional<std::string>& cursor) {
    if (!for_person_) {
      out_.data(count_ == 0 ? "]" : page_ ? "\n  ]" : "\n]");
      if (page_) {
        out_.data(fmt::format(",\n  \"list_complete\": {}", !cursor));
        if (cursor) out_.data(fmt::format(",\n  \"cursor\": \"{}\"", *cursor));
        out_.data("\n}");
      }
      out_.data("\n");
    } else if (count_ == 0) {
      out_.note(fmt::format("no objects of {} here", shown(cls)));
    } else {
      table_.print(out_);
    }
    if (cursor && !page_) out_.note(fmt::format("more objects follow: --cursor {}", *cursor));
  }

 private:
  Output& out_;
  bool page_;
  bool for_person_;
  std::uint64_t count_ = 0;
  Table table_{{{"id"},
                {"name"},
                {"keys", Table::Align::right},
                {"tables", Table::Align::right},
                {"size", Table::Align::right},
                {"alarm"}}};
};

void run(const Options& options, Context& context) {
  if (options.limit && *options.limit < 1) throw Error(ErrorKind::usage, "--limit must be at least 1");
  if (options.cursor && !is_object_id(*options.cursor))
    throw Error(ErrorKind::usage, "--cursor is not one that 'do list' gave", "leave it out to start over");
  const DurableClass of = find_class(context, options.of);
  DurableObjectBackend& backend = context.stores(options.of.state).durable_objects();
  const std::vector<std::string> ids = backend.ids(of, ascii_lower(options.prefix.value_or("")));
  auto next = options.cursor ? std::upper_bound(ids.begin(), ids.end(), *options.cursor) : ids.begin();
  const auto left = static_cast<std::int64_t>(ids.end() - next);
  const auto end = next + (options.limit ? std::min(*options.limit, left) : left);
  Printer printer(context.out(), options.page);
  while (next != end) {
    context.check_interrupt();
    const std::size_t count = std::min(looked_into_at_once, static_cast<std::size_t>(end - next));
    for (const DurableObjectFinding& finding : backend.look_into(of, {next, count})) {
      if (finding.problem.empty()) {
        printer.add(*next, finding.info);
      } else {
        context.out().warning(finding.problem);
      }
      ++next;
    }
  }
  printer.finish(of.name, end == ids.end() ? std::nullopt : std::optional(*(end - 1)));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_class_options(arguments, options->of);
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

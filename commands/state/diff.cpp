#include <memory>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/bytes/text.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/exit_status.hpp"
#include "commands/command/state_options.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/options.hpp"
#include "commands/state/resource_names.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/table.hpp"

namespace corral::state {

namespace {

struct Options {
  StateOptions state;
  std::string first;
  std::optional<std::string> second;
  bool exit_code = false;
};

/// Writes differences as they are found, in constant memory.
class Printer {
 public:
  Printer(Output& out, const ResourceNames& names) : out_(out), names_(names) {}

  void print(const StateDifference& difference) {
    ++count_;
    if (out_.for_person()) {
      add_row(difference);
    } else {
      out_.data((count_ == 1 ? "[\n  " : ",\n  ") + json_of_difference(difference));
    }
  }

  std::uint64_t finish() {
    if (!out_.for_person()) {
      out_.data(count_ == 0 ? "[]\n" : "\n]\n");
    } else if (count_ != 0) {
      table_.print_part(out_);
    }
    return count_;
  }

 private:
  static constexpr std::uint64_t rows_at_once = 500;

  void add_row(const StateDifference& difference) {
    const std::string what = difference.table.empty()
                                 ? difference.what
                                 : fmt::format("{} of {}", difference.what, difference.table);
    table_.add({std::string(name_of(difference.change)), std::string(name_of(difference.service)),
                names_.of(difference), what, difference.item,
                fmt::format("{}", fmt::join(difference.fields, ", "))});
    if (count_ % rows_at_once == 0) table_.print_part(out_);
  }

  [[nodiscard]] std::string json_of_difference(const StateDifference& difference) const {
    Json json;
    json["change"] = name_of(difference.change);
    json["service"] = name_of(difference.service);
    json["resource"] = names_.of(difference);
    json["what"] = difference.what;
    if (!difference.table.empty()) json["table"] = difference.table;
    json["item"] = difference.item;
    if (!difference.fields.empty()) json["fields"] = difference.fields;
    if (difference.place.find('/') != std::string::npos) json["file"] = difference.place;
    return json_text(json, 0);
  }

  Output& out_;
  const ResourceNames& names_;
  Table table_{{{"change"}, {"service"}, {"resource"}, {"what"}, {"item"}, {"differs in"}}};
  std::uint64_t count_ = 0;
};

void run(const Options& options, Context& context) {
  StateSnapshots& snapshots = context.stores(options.state).snapshots();
  const ResourceNames names(context, options.state);
  Printer printer(context.out(), names);
  snapshots.compare(options.first, options.second,
                    [&](const StateDifference& difference) { printer.print(difference); });
  const std::uint64_t count = printer.finish();
  context.out().note(count == 0 ? "no differences" : counted(count, "difference", "differences"));
  if (count != 0 && options.exit_code) throw CheckFailed();
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(required(add_text(arguments, "first", options->first, "First snapshot")), "A");
  value_name(add_text(arguments, "second", options->second, "Second snapshot (default: the current state)"),
             "B");
  add_flag(arguments, "--exit-code", options->exit_code, "Exit with status 3 if there are differences");
  add_state_options(arguments, options->state);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command diff() {
  std::vector<LiveValues> values = snapshot_values("first");
  values.push_back(snapshot_values("second").front());
  return {.names = {"diff"},
          .summary = "Show the keys, objects, rows and messages that differ between two states",
          .examples = {"corral state diff base", "corral state diff base later --json"},
          .declare = declare,
          .reads_only = true,
          .live_values = values};
}

}  // namespace corral::state

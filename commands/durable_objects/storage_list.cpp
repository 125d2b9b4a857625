#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/extended_json/extended_json.hpp"
#include "commands/durable_objects/target.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/table.hpp"

namespace corral::durable_objects {

namespace {

struct Options {
  ObjectOptions target;
  RangeOptions range;
  bool reverse = false;
  std::optional<std::int64_t> limit;
  std::optional<std::string> cursor;
  bool keys = false;
  bool ndjson = false;
};

/// A table shows only the start of a long value.
constexpr std::size_t shown_characters = 200;
constexpr std::size_t rows_in_a_part = 200;

class Printer {
 public:
  Printer(Output& out, const Options& options)
      : out_(out), keys_(options.keys), lines_(options.ndjson), table_({{"key"}, {"value"}}) {
    for_person_ = out.for_person() && !keys_ && !lines_;
  }

  void add(const StorageItem& item) {
    ++count_;
    if (keys_) {
      out_.data((out_.data_is_terminal() ? shown(item.key) : item.key) + "\n");
    } else if (lines_) {
      out_.data(
          fmt::format("{{\"key\":{},\"value\":{}}}\n", json_string(item.key), shown_value(item.value, 0)));
    } else if (for_person_) {
      const std::string value = shown_value(item.value, 0);
      table_.add({item.key, std::string(first_characters(value, shown_characters))});
      if (count_ % rows_in_a_part == 0) table_.print_part(out_);
    } else {
      out_.data(fmt::format("{}\n  {{\n    \"key\": {},\n    \"value\": {}\n  }}", count_ == 1 ? "[" : ",",
                            json_string(item.key), shown_value(item.value, 2, 2)));
    }
  }

  void finish(const std::optional<std::string>& cursor) {
    if (for_person_ && count_ == 0) out_.note("no keys here");
    if (for_person_ && !table_.empty()) table_.print_part(out_);
    if (!for_person_ && !keys_ && !lines_) out_.data(count_ == 0 ? "[]\n" : "\n]\n");
    if (cursor) out_.note(fmt::format("more keys follow: --cursor {}", *cursor));
  }

 private:
  Output& out_;
  bool keys_;
  bool lines_;
  bool for_person_ = false;
  std::uint64_t count_ = 0;
  Table table_;
};

void run(Options options, Context& context) {
  if (options.limit && *options.limit < 1) throw Error(ErrorKind::usage, "--limit must be at least 1");
  if (options.keys && options.ndjson) throw Error(ErrorKind::usage, "--keys and --ndjson exclude each other");
  const auto object = open_object(context, options.target, Access::read);
  StorageRange range = options.range.range();
  range.reverse = options.reverse;
  if (options.cursor) {
    range.after = base64_decode(*options.cursor);
    if (!range.after)
      throw Error(ErrorKind::usage, "--cursor is not one that 'storage list' gave",
                  "leave it out to start over");
  }
  const std::uint64_t limit = options.limit ? static_cast<std::uint64_t>(*options.limit) : UINT64_MAX;
  if (options.limit) range.limit = limit + 1;
  Printer printer(context.out(), options);
  std::uint64_t count = 0;
  std::string last;
  bool more = false;
  object->list(range, [&](const StorageItem& item) {
    context.check_interrupt();
    more = count++ == limit;
    if (more) return false;
    printer.add(item);
    last = item.key;
    return true;
  });
  printer.finish(more ? std::optional(base64url_encode(last)) : std::nullopt);
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_object_options(arguments, options->target);
  add_range_options(arguments, options->range);
  add_flag(arguments, "--reverse", options->reverse, "List in reverse order");
  add_integer(arguments, "--limit", options->limit, "List at most N keys");
  value_name(
      add_text(arguments, "--cursor", options->cursor, "Continue after the page that returned this cursor"),
      "CURSOR");
  add_flag(arguments, "--keys", options->keys, "The keys alone, one a line");
  add_flag(arguments, "--ndjson", options->ndjson, "Print one JSON object per line");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command storage_list() {
  return {.names = {"list"},
          .summary = "List keys and values in the order of the keys",
          .examples = {"corral do storage list Counter --name alpha",
                       "corral do storage list Counter --name alpha --prefix user: --limit 10 --reverse"},
          .declare = declare,
          .reads_only = true,
          .live_values = object_values()};
}

}  // namespace corral::durable_objects

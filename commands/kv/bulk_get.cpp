#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/kv/commands.hpp"
#include "commands/kv/describe.hpp"
#include "commands/kv/key_file.hpp"
#include "commands/kv/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::kv {

namespace {

struct Options {
  NamespaceOptions target;
  std::optional<std::string> filename;
  bool all = false;
  std::optional<std::string> prefix;
  bool ndjson = false;
};

/// wrangler's object: {key: {"value": string or null}}; a value that is not UTF-8 is base64 and marked as
/// such.
void print_named(Context& context, KvStore& store, const std::vector<std::string>& keys) {
  Output& out = context.out();
  bool first = true;
  for (const std::string& key : keys) {
    context.check_interrupt();
    Json answer = {{"value", nullptr}};
    if (const auto value = store.get(key, context.clock().now())) {
      const std::string bytes = read_all(*value->body, kv_max_value_bytes, "the value");
      const bool text = is_utf8(bytes);
      answer["value"] = text ? bytes : base64_encode(bytes);
      if (!text) answer["base64"] = true;
    }
    out.data(first ? "{\n  " : ",\n  ");
    first = false;
    out.data(json_string(key) + ": " + json_text(answer, 2, 1));
  }
  out.data(first ? "{}\n" : "\n}\n");
}

/// Writes all entries with a prefix in the format that `kv bulk put` reads.
void print_pairs(Context& context, KvStore& store, const Options& options) {
  Output& out = context.out();
  KvListOptions range;
  range.prefix = options.prefix.value_or("");
  bool first = true;
  for (bool complete = false; !complete;) {
    const KvPage page = store.list(range, context.clock().now());
    for (const KvItem& item : page.items) {
      context.check_interrupt();
      range.after = item.key;
      const auto value = store.get(item.key, context.clock().now());
      if (!value) continue;  // deleted since the page was read
      const std::string bytes = read_all(*value->body, kv_max_value_bytes, "the value");
      const Json pair = value_as_json(*value, bytes);
      if (options.ndjson) {
        out.data(json_text(pair, 0) + "\n");
      } else {
        out.data((first ? "[\n  " : ",\n  ") + json_text(pair, 2, 1));
      }
      first = false;
    }
    complete = page.complete;
  }
  if (!options.ndjson) out.data(first ? "[]\n" : "\n]\n");
}

void run(const Options& options, Context& context) {
  const auto chosen = count_given({options.filename.has_value(), options.all, options.prefix.has_value()});
  if (chosen != 1) {
    throw Error(ErrorKind::usage,
                chosen == 0 ? "which keys are wanted?" : "FILE, --all and --prefix exclude each other",
                "give a FILE that lists them, or --all, or --prefix TEXT");
  }
  if (options.filename) {
    const std::vector<std::string> keys = read_key_file(context, *options.filename);
    const std::unique_ptr<KvStore> store = open_namespace(context, options.target, Access::read);
    print_named(context, *store, keys);
    return;
  }
  const std::unique_ptr<KvStore> store = open_namespace(context, options.target, Access::read);
  print_pairs(context, *store, options);
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_file(arguments, "filename", options->filename,
           "JSON array of keys or of {\"name\"} objects; - is stdin");
  add_flag(arguments, "--all", options->all, "All pairs, in the format that 'kv bulk put' reads");
  value_name(add_text(arguments, "--prefix", options->prefix,
                      "All pairs whose key starts with this, in that format"),
             "TEXT");
  add_flag(arguments, "--ndjson", options->ndjson, "With --all or --prefix: print one JSON object per line");
  add_namespace_options(arguments, options->target);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command bulk_get() {
  return {.names = {"get"},
          .summary = "Print many values as JSON",
          .examples = {"corral kv bulk get keys.json --binding CACHE",
                       "corral kv bulk get --all --binding CACHE > backup.json"},
          .declare = declare,
          .reads_only = true,
          .live_values = namespace_values()};
}

}  // namespace corral::kv

#include <algorithm>
#include <memory>
#include <span>
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

Json named_value(const std::optional<std::string>& bytes, bool bare) {
  Json answer = {{"value", nullptr}};
  if (bytes) {
    const bool text = is_utf8(*bytes);
    if (text && bare) return *bytes;
    answer["value"] = text ? *bytes : base64_encode(*bytes);
    if (!text) answer["base64"] = true;
  }
  return !bytes && bare ? Json(nullptr) : answer;
}

/// wrangler's object: {key: {"value": string or null}}, or {key: string or null} (KvTraits::bare_values); a
/// value that is not UTF-8 is in base64 and says so.
void print_named(Context& context, KvStore& store, const std::vector<std::string>& keys) {
  Output& out = context.out();
  const KvTraits traits = store.traits();
  bool first = true;
  for (std::span<const std::string> rest = keys; !rest.empty();) {
    context.check_interrupt();
    const auto some = rest.first(std::min(rest.size(), traits.values_at_once));
    rest = rest.subspan(some.size());
    const auto values = store.values(some, context.clock().now());
    for (std::size_t i = 0; i < some.size(); ++i) {
      out.data(first ? "{\n  " : ",\n  ");
      first = false;
      out.data(json_string(some[i]) + ": " + json_text(named_value(values[i], traits.bare_values), 2, 1));
    }
  }
  out.data(first ? "{}\n" : "\n}\n");
}

/// Writes all entries with a prefix in the format that `kv bulk put` reads.
void print_pairs(Context& context, KvStore& store, const Options& options) {
  Output& out = context.out();
  bool first = true;
  store.scan({.prefix = options.prefix.value_or("")}, context.clock().now(),
             [&](const KvItem& item, const std::string* value) {
               context.check_interrupt();
               const Json pair = value_as_json(item, *value);
               if (options.ndjson) {
                 out.data(json_text(pair, 0) + "\n");
               } else {
                 out.data((first ? "[\n  " : ",\n  ") + json_text(pair, 2, 1));
               }
               first = false;
               return true;
             });
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

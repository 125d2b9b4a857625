#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/glob.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/kv/commands.hpp"
#include "commands/kv/describe.hpp"
#include "commands/kv/key_printer.hpp"
#include "commands/kv/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::kv {

namespace {

struct Options {
  NamespaceOptions target;
  std::optional<std::string> prefix;
  std::optional<std::string> glob;
  std::optional<std::int64_t> limit;
  std::optional<std::string> cursor;
  KeyListStyle style;
};

/// The cursor of a list that ended with the last key of a page: the key, and what makes it quick for the
/// store to go on.
std::string cursor_of(const KvListOptions& range) {
  return base64url_encode(range.after) + (range.cursor.empty() ? "" : "." + range.cursor);
}

void start_at(const std::string& cursor, KvListOptions& range) {
  const std::size_t dot = cursor.find('.');
  if (auto key = base64_decode(cursor.substr(0, dot))) {
    range.after = std::move(*key);
    if (dot != std::string::npos) range.cursor = cursor.substr(dot + 1);
    return;
  }
  throw Error(ErrorKind::usage, "--cursor is not one that 'kv key list' gave", "leave it out to start over");
}

void run(const Options& options, Context& context) {
  if (options.prefix && options.glob) {
    throw Error(ErrorKind::usage, "--prefix and --glob exclude each other",
                "--prefix compares literally, --glob takes * ? [...]");
  }
  if (options.limit && *options.limit < 1) throw Error(ErrorKind::usage, "--limit must be at least 1");
  const std::unique_ptr<KvStore> store = open_namespace(context, options.target, Access::read);
  KvListOptions range;
  range.prefix = options.glob ? glob_prefix(*options.glob) : options.prefix.value_or("");
  range.with_size = options.style.long_form;
  if (options.cursor) start_at(*options.cursor, range);

  auto left = options.limit ? static_cast<std::size_t>(*options.limit) : std::size_t{SIZE_MAX};
  const auto printer = KeyPrinter::make(options.style, context.out());
  bool complete = false;
  while (!complete && left > 0) {
    context.check_interrupt();
    range.limit = options.glob ? 1000 : std::min<std::size_t>(left, 1000);
    const KvPage page = store->list(range, context.clock().now());
    complete = page.complete;
    for (const KvItem& item : page.items) {
      range.after = item.key;
      if (options.glob && !glob_matches(*options.glob, item.key)) continue;
      printer->add(item);
      if (--left == 0) break;
    }
    if (left == 0 && !page.items.empty() && range.after != page.items.back().key) {
      complete = false;  // and the next list begins with this page again
    } else {
      range.cursor = page.cursor;
    }
  }
  printer->finish(complete ? std::nullopt : std::optional(cursor_of(range)));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(add_text(arguments, "--prefix", options->prefix, "Only keys that start with this, literally"),
             "TEXT");
  value_name(add_text(arguments, "--glob", options->glob, "Only keys that match a pattern with * ? [a-z]"),
             "PATTERN");
  add_integer(arguments, "--limit", options->limit, "List at most N keys");
  value_name(
      add_text(arguments, "--cursor", options->cursor, "Continue after the page that returned this cursor"),
      "CURSOR");
  add_flag(arguments, "--long,-l", options->style.long_form,
           "Show sizes, and expiration and metadata columns even if no key has them");
  add_flag(arguments, "--names", options->style.names, "Print names only, one per line");
  add_flag(arguments, "--print0,-0", options->style.nul, "Print names only, each followed by a NUL byte");
  add_flag(arguments, "--ndjson", options->style.ndjson, "Print one JSON object per line");
  add_flag(arguments, "--page", options->style.page,
           "JSON as a Worker's list() returns it: keys, list_complete, cursor");
  add_namespace_options(arguments, options->target);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command key_list() {
  return {.names = {"list"},
          .summary = "List the keys of a namespace in byte order",
          .examples = {"corral kv key list --binding CACHE --prefix user:",
                       "corral kv key list --binding CACHE --glob 'user:*:name' --long",
                       "corral kv key list --binding CACHE -0 | xargs -0 -n1 echo"},
          .declare = declare,
          .reads_only = true,
          .live_values = namespace_values()};
}

}  // namespace corral::kv

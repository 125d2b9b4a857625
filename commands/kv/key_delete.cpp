#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/kv/commands.hpp"
#include "commands/kv/target.hpp"

namespace corral::kv {

namespace {

struct Options {
  NamespaceOptions target;
  std::vector<std::string> keys;
  std::optional<std::string> prefix;
  bool force = false;
};

std::vector<std::string> keys_of(const KvPage& page) {
  std::vector<std::string> keys;
  keys.reserve(page.items.size());
  for (const KvItem& item : page.items) keys.push_back(item.key);
  return keys;
}

std::uint64_t count_keys(Context& context, KvStore& store, const std::string& prefix) {
  KvListOptions range;
  range.prefix = prefix;
  std::uint64_t count = 0;
  for (bool complete = false; !complete;) {
    context.check_interrupt();
    const KvPage page = store.list(range, context.clock().now());
    count += page.items.size();
    complete = page.complete;
    if (!page.items.empty()) range.after = page.items.back().key;
  }
  return count;
}

void delete_prefix(const Options& options, Context& context, KvStore& store) {
  const std::uint64_t count = count_keys(context, store, *options.prefix);
  if (count == 0) {
    context.out().note(fmt::format("no keys start with \"{}\"", shown(*options.prefix)));
    return;
  }
  confirm(context,
          fmt::format("Delete {} {} starting with \"{}\"{}?", count, count == 1 ? "key" : "keys",
                      shown(*options.prefix), place_for_question(context, options.target)),
          "--force", options.force);
  KvListOptions range;
  range.prefix = *options.prefix;
  std::uint64_t deleted = 0;
  const auto progress = context.out().progress("deleting", count, ProgressUnit::items);
  for (bool complete = false; !complete;) {
    context.check_interrupt();
    const KvPage page = store.list(range, context.clock().now());
    deleted += store.erase(keys_of(page));
    progress->update(deleted);
    complete = page.complete;
    if (!page.items.empty()) range.after = page.items.back().key;
  }
  context.out().note(fmt::format("deleted {} {}", deleted, deleted == 1 ? "key" : "keys"));
}

void run(const Options& options, Context& context) {
  if (options.keys.empty() != options.prefix.has_value()) {
    throw Error(ErrorKind::usage,
                options.prefix ? "keys and --prefix exclude each other" : "no key was given",
                "name one or more keys, or --prefix TEXT");
  }
  const std::unique_ptr<KvStore> store = open_namespace(context, options.target, Access::write);
  if (options.prefix) {
    delete_prefix(options, context, *store);
    return;
  }
  const std::size_t deleted = options.keys.size() == 1
                                  ? static_cast<std::size_t>(store->erase_key(options.keys.front()))
                                  : store->erase(options.keys);
  if (deleted < options.keys.size()) {
    context.out().note(options.keys.size() == 1
                           ? fmt::format("there was no key \"{}\"", shown(options.keys.front()))
                           : fmt::format("{} of {} keys existed", deleted, options.keys.size()));
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(add_texts(arguments, "key", options->keys, "Keys to delete"), "KEY");
  value_name(add_text(arguments, "--prefix", options->prefix, "Delete every key with this prefix"), "TEXT");
  add_flag(arguments, "--force,-f", options->force, "Do not ask");
  add_namespace_options(arguments, options->target);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command key_delete() {
  return {.names = {"delete"},
          .summary = "Delete keys; missing ones are ignored",
          .examples = {"corral kv key delete greeting --binding CACHE",
                       "corral kv key delete --prefix session: --force --binding CACHE"},
          .declare = declare,
          .live_values = namespace_and_key_values()};
}

}  // namespace corral::kv

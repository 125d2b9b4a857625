#include <memory>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/kv/commands.hpp"
#include "commands/kv/key_transfer.hpp"

namespace corral::kv {

namespace {

void run(const TransferOptions& options, Context& context) {
  const std::unique_ptr<KvStore> source = open_namespace(context, options.source, Access::write);
  if (!goes_elsewhere(context, options)) {
    if (!source->rename(options.from, options.to, context.clock().now()))
      throw key_not_found(options.source, options.from);
    return;
  }
  // Two namespaces are two files: the copy is made durable before the source is deleted, and the source is
  // deleted only if it has not been written to since, so that no value can be lost.
  const std::unique_ptr<KvStore> destination = open_destination(context, options);
  const std::string version = copy_entry(context, *source, *destination, options);
  if (!source->erase_version(options.from, version)) {
    throw Error(ErrorKind::conflict,
                fmt::format("\"{}\" was written to while it was being moved", shown(options.from)),
                "it was copied, and the newer value is still under the old key");
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<TransferOptions>();
  add_transfer_options(arguments, *options);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command key_rename() {
  return {.names = {"rename", "move"},
          .summary = "Rename a key, within a namespace or to another one",
          .examples = {"corral kv key rename greeting welcome --binding CACHE",
                       "corral kv key rename greeting greeting --binding CACHE --to-binding SESSIONS"},
          .declare = declare,
          .live_values = namespace_and_key_values()};
}

}  // namespace corral::kv

#include <memory>

#include "commands/kv/commands.hpp"
#include "commands/kv/key_transfer.hpp"

namespace corral::kv {

namespace {

void run(const TransferOptions& options, Context& context) {
  const std::unique_ptr<KvStore> source = open_namespace(context, options.source, Access::write);
  const std::unique_ptr<KvStore> destination = open_destination(context, options);
  copy_entry(context, *source, *destination, options);
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<TransferOptions>();
  add_transfer_options(arguments, *options);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command key_copy() {
  return {.names = {"copy"},
          .summary = "Copy an entry, including metadata and expiration",
          .examples = {"corral kv key copy greeting greeting-old --binding CACHE",
                       "corral kv key copy greeting greeting --binding CACHE --to-binding SESSIONS"},
          .declare = declare,
          .live_values = namespace_and_key_values()};
}

}  // namespace corral::kv

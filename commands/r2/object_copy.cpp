#include <memory>

#include "commands/r2/commands.hpp"
#include "commands/r2/object_transfer.hpp"

namespace corral::r2 {

namespace {

void run(const TransferOptions& options, Context& context) {
  const Transfer transfer = parse_transfer(context, options);
  const auto source = open_bucket(context, options.target, transfer.from.bucket, Access::read);
  const auto destination =
      open_bucket(context, options.target, transfer.to.bucket, Access::write, options.catalog_check());
  copy_object(context, *source, *destination, transfer, options);
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<TransferOptions>();
  add_transfer_options(arguments, *options);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command object_copy() {
  return {.names = {"copy"},
          .summary = "Copy an object and its metadata, within a bucket or to another",
          .examples = {"corral r2 object copy my-bucket/logo.png my-bucket/old/",
                       "corral r2 object copy my-bucket/logo.png my-bucket/logo --content-type image/png"},
          .declare = declare,
          .live_values = object_values()};
}

}  // namespace corral::r2

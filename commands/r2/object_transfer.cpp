#include "commands/r2/object_transfer.hpp"

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"

namespace corral::r2 {

void add_transfer_options(Arguments& arguments, TransferOptions& options) {
  required(value_name(add_text(arguments, "from", options.from, "Source: BUCKET/KEY"), "FROM"));
  required(
      value_name(add_text(arguments, "to", options.to, "Destination: BUCKET/KEY or BUCKET/PREFIX/"), "TO"));
  add_metadata_flags(arguments, options.metadata);
  add_flag(arguments, "--if-absent", options.if_absent, "Fail instead of replacing an existing target");
  add_flag(arguments, "-y,--force", options.force, "Do not ask before changing a bucket with a data catalog");
  add_bucket_options(arguments, options.target, Reach::state_folder_account);
}

Transfer parse_transfer(Context& context, const TransferOptions& options) {
  Transfer transfer{parse_object_path(context, options.from),
                    parse_object_path(context, options.to, KeyPart::optional)};
  if (transfer.to.key.empty() || transfer.to.key.ends_with('/')) {
    transfer.to.key += transfer.from.key.substr(transfer.from.key.rfind('/') + 1);
  }
  check_object_key(transfer.from.key);
  check_object_key(transfer.to.key);
  return transfer;
}

ObjectInfo copy_object(Context& context, ObjectStore& source, ObjectStore& destination,
                       const Transfer& transfer, const TransferOptions& options) {
  const std::optional<ObjectInfo> present = source.head(transfer.from.key);
  if (!present) throw object_not_found(transfer.from);
  ObjectWrite write;
  write.key = transfer.to.key;
  write.http = present->http;
  write.custom = present->custom;
  apply_flags(options.metadata, write.http);
  apply_flags(options.metadata, write.custom);
  apply_storage_class(options.metadata, write);
  if (options.if_absent) write.conditions.etag_does_not_match = {"*"};
  const bool changed = write.http != present->http || write.custom != present->custom;
  if (!destination.copy_from(source, transfer.from.key, write, changed, context.clock().now())) {
    if (!source.head(transfer.from.key)) throw object_not_found(transfer.from);
    throw Error(ErrorKind::conflict, fmt::format("the object \"{}\" exists already", shown(transfer.to.key)),
                "nothing was written; leave --if-absent out to replace it");
  }
  return *present;
}

}  // namespace corral::r2

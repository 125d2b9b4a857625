#include <memory>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/lock_rules.hpp"
#include "commands/r2/object_transfer.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

namespace {

bool is_plain(const TransferOptions& options) {
  HttpMetadata http;
  apply_flags(options.metadata, http);
  return http == HttpMetadata{} && options.metadata.custom.empty() && !options.metadata.storage_class &&
         !options.if_absent;
}

/// Throws denied if a lock rule of its bucket protects the object.
void check_locks(Context& context, const TransferOptions& options, ObjectStore& store,
                 const ObjectPath& path) {
  Registry& registry = context.stores(options.target.state).registry();
  const auto locks = lock_guard(bucket_settings(registry, path.bucket), path.bucket, context.clock().now());
  if (!locks) return;
  if (const auto present = store.head(path.key)) locks->check(*present);
}

void run(const TransferOptions& options, Context& context) {
  const Transfer transfer = parse_transfer(context, options);
  const auto source =
      open_bucket(context, options.target, transfer.from.bucket, Access::write, options.catalog_check());
  const bool same_bucket = transfer.from.bucket == transfer.to.bucket;
  if (same_bucket && is_plain(options)) {
    if (!source->rename(transfer.from.key, transfer.to.key, context.clock().now()))
      throw object_not_found(transfer.from);
    return;
  }
  if (same_bucket && transfer.from.key == transfer.to.key) {
    throw Error(ErrorKind::usage, fmt::format("\"{}\" cannot be moved onto itself", shown(transfer.from.key)),
                "change an object's metadata with 'corral r2 object copy'");
  }
  const auto destination =
      open_bucket(context, options.target, transfer.to.bucket, Access::write, options.catalog_check());
  // A locked object cannot be moved, so it must not be copied either.
  if (!source->traits().enforces_rules) check_locks(context, options, *source, transfer.from);
  // The source is deleted last: a crash in between leaves both.
  const ObjectInfo moved = copy_object(context, *source, *destination, transfer, options);
  if (!source->erase_unchanged(moved)) {
    throw Error(ErrorKind::conflict,
                fmt::format("\"{}\" was overwritten while it was being moved", shown(transfer.from.key)),
                "its older state was copied, and the new one was left in place");
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<TransferOptions>();
  add_transfer_options(arguments, *options);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command object_move() {
  return {.names = {"move"},
          .summary = "Move an object; instant within a bucket, whatever its size",
          .examples = {"corral r2 object move my-bucket/logo.png my-bucket/old-logo.png"},
          .declare = declare,
          .live_values = object_values()};
}

}  // namespace corral::r2

#include "commands/kv/key_transfer.hpp"

#include "backends/error.hpp"
#include "commands/command/arguments.hpp"

namespace corral::kv {

void add_transfer_options(Arguments& arguments, TransferOptions& options) {
  required(value_name(add_text(arguments, "key", options.from, "Key to copy or rename"), "FROM"));
  required(
      value_name(add_text(arguments, "to", options.to, "Key to write; an existing value is replaced"), "TO"));
  value_name(add_text(arguments, "--to-binding", options.to_binding, "Binding of the namespace to write to"),
             "NAME");
  value_name(
      add_text(arguments, "--to-namespace-id", options.to_namespace_id, "Id of the namespace to write to"),
      "ID");
  value_name(add_text(arguments, "--to-namespace", options.to_title, "Title of the namespace to write to"),
             "TITLE");
  add_flag(arguments, "--to-preview", options.to_preview, "Use the preview_id of --to-binding");
  add_namespace_options(arguments, options.source);
}

namespace {

NamespaceOptions destination_options(const TransferOptions& options) {
  NamespaceOptions destination = options.source;
  if (options.to_binding || options.to_namespace_id || options.to_title) {
    destination.binding = options.to_binding;
    destination.namespace_id = options.to_namespace_id;
    destination.title = options.to_title;
    destination.preview = options.to_preview;
  }
  return destination;
}

}  // namespace

bool goes_elsewhere(Context& context, const TransferOptions& options) {
  return resolve_namespace(context, options.source, Access::write) !=
         resolve_namespace(context, destination_options(options), Access::write);
}

std::unique_ptr<KvStore> open_destination(Context& context, const TransferOptions& options) {
  return open_namespace(context, destination_options(options), Access::write);
}

std::string copy_entry(Context& context, KvStore& source, KvStore& destination,
                       const TransferOptions& options) {
  std::optional<KvValue> value = source.get(options.from, context.clock().now());
  if (!value) throw key_not_found(options.source, options.from);
  KvEntry entry;
  entry.key = options.to;
  entry.expiration = value->expiration;
  entry.metadata = value->metadata;
  destination.put(entry, *value->body, KvStore::Condition::always, context.clock().now());
  return value->version;
}

}  // namespace corral::kv

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "commands/kv/target.hpp"

namespace corral {
class Arguments;
}

namespace corral::kv {

/// What `kv key copy` and `kv key rename` share: an entry goes from one key to another, in the same namespace
/// or to one named by --to-binding, --to-namespace-id or --to-namespace.
struct TransferOptions {
  NamespaceOptions source;
  std::string from;
  std::string to;
  std::optional<std::string> to_binding;
  std::optional<std::string> to_namespace_id;
  std::optional<std::string> to_title;
  std::optional<bool> to_preview;
};

void add_transfer_options(Arguments& arguments, TransferOptions& options);

/// Whether the options name another namespace than the source's.
bool goes_elsewhere(Context& context, const TransferOptions& options);

/// The namespace that the entry goes to.
std::unique_ptr<KvStore> open_destination(Context& context, const TransferOptions& options);

/// Copies the entry with metadata and expiration; atomic at the destination. Returns the version that was
/// read. Throws not_found.
std::string copy_entry(Context& context, KvStore& source, KvStore& destination,
                       const TransferOptions& options);

}  // namespace corral::kv

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "commands/kv/target.hpp"

namespace corral {
class Arguments;
}

namespace corral::kv {

/// Shared by `kv key copy` and `kv key rename`: an entry goes from one key to another, in the same namespace
/// or in the one given by --to-binding, --to-namespace-id or --to-namespace.
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

/// Whether the destination is a namespace other than the source's.
bool goes_elsewhere(Context& context, const TransferOptions& options);

/// The destination namespace.
std::unique_ptr<KvStore> open_destination(Context& context, const TransferOptions& options);

/// Copies the entry with its metadata and expiration, atomically at the destination. Returns the version that
/// was read. Throws not_found.
std::string copy_entry(Context& context, KvStore& source, KvStore& destination,
                       const TransferOptions& options);

}  // namespace corral::kv

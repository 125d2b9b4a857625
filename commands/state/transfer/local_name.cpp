#include "commands/state/transfer/local_name.hpp"

#include <fmt/format.h>

#include "backends/bytes/text.hpp"

namespace corral::state {

void register_name(Context& context, const TransferOptions& options, const TransferResource& resource,
                   ResourceKind kind) {
  if (resource.is_bound || resource.name() == resource.local_id) return;
  Registry& registry = context.stores(options.local).registry();
  if (registry.find_id(kind, resource.local_id)) return;
  if (registry.find_name(kind, resource.name())) {
    context.out().note(fmt::format("another local {} is called \"{}\": use the id {}", label_of(kind),
                                   shown(resource.name()), shown(resource.local_id)));
    return;
  }
  registry.add(
      {.kind = kind, .id = resource.local_id, .name = resource.name(), .created_at = context.clock().now()});
}

}  // namespace corral::state

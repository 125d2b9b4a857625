// KV namespaces: which there are, by the config and the account.
#include <memory>
#include <utility>

#include "backends/error.hpp"
#include "backends/kv_namespaces.hpp"
#include "commands/command/config_check.hpp"
#include "commands/state/transfer/bound_resources.hpp"
#include "commands/state/transfer/kv_transfer.hpp"
#include "commands/state/transfer/transfer.hpp"

namespace corral::state {

namespace {

std::vector<TransferResource> bound(Context& context, const TransferOptions& options) {
  if (!context.project().config_file()) return {};
  const Project& project = require_section(context, ConfigSection::kv_namespaces);
  std::vector<BoundResource> bindings;
  for (const KvNamespaceBinding& one : project.kv_namespaces) {
    // wrangler dev lets a preview id go first.
    bindings.push_back({.names = {one.binding},
                        .id = one.id,
                        .preview_id = one.preview_id,
                        .local_id = one.preview_id ? *one.preview_id : one.id.value_or(one.binding)});
  }
  return resources_of(project, options, StateService::kv, std::move(bindings));
}

std::optional<TransferResource> find(Context& context, const TransferOptions& options,
                                     std::string_view name) {
  KvNamespaces& namespaces = context.stores(options.account).kv_namespaces();
  std::optional<KvNamespace> found = namespaces.find_title(name);
  if (!found) found = namespaces.find_id(name);
  if (!found) return std::nullopt;
  for (TransferResource& one : bound(context, options)) {
    if (one.account_id != found->id) continue;
    one.names.insert(one.names.begin(), found->title);
    return std::move(one);
  }
  TransferResource resource;
  resource.service = StateService::kv;
  resource.names = {found->title.empty() ? found->id : found->title, found->id};
  resource.local_id = resource.account_id = found->id;
  return resource;
}

std::unique_ptr<ResourceTransfer> open(Context& context, const TransferOptions& options,
                                       TransferResource resource) {
  if (resource.account_id.empty()) {
    resource.account_id = context.stores(options.account)
                              .kv_namespaces()
                              .id_of_binding(context.project().project().name, resource.name());
  }
  return std::make_unique<KvTransfer>(context, options, std::move(resource));
}

}  // namespace

TransferService kv_transfers() {
  return {.service = StateService::kv, .label = "KV namespace", .bound = bound, .find = find, .open = open};
}

}  // namespace corral::state

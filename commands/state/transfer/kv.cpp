// KV namespaces: which there are, by the config and the account.
#include <algorithm>
#include <memory>
#include <utility>

#include "backends/error.hpp"
#include "backends/kv_namespaces.hpp"
#include "commands/command/config_check.hpp"
#include "commands/state/transfer/kv_transfer.hpp"
#include "commands/state/transfer/transfer.hpp"

namespace corral::state {

namespace {

TransferResource resource_of(const KvNamespaceBinding& binding, const TransferOptions& options,
                             bool is_default_environment) {
  TransferResource resource;
  resource.service = StateService::kv;
  resource.names = {binding.binding};
  for (const auto& id : {binding.id, binding.preview_id})
    if (id) resource.names.push_back(*id);
  // As wrangler dev has it, which lets a preview id go first.
  resource.local_id = binding.preview_id ? *binding.preview_id : binding.id.value_or(binding.binding);
  const bool is_preview = options.preview || !binding.id;
  resource.account_id = (is_preview ? binding.preview_id : binding.id).value_or("");
  resource.is_production = is_default_environment && !(is_preview && binding.preview_id);
  return resource;
}

std::vector<TransferResource> bound(Context& context, const TransferOptions& options) {
  std::vector<TransferResource> resources;
  if (!context.project().config_file()) return resources;
  const Project& project = require_section(context, ConfigSection::kv_namespaces);
  for (const KvNamespaceBinding& binding : project.kv_namespaces) {
    if (options.preview && binding.id && !binding.preview_id) continue;  // it has no preview
    TransferResource resource = resource_of(binding, options, project.environment.empty());
    const bool is_known = std::any_of(resources.begin(), resources.end(), [&](const TransferResource& one) {
      return one.local_id == resource.local_id && one.account_id == resource.account_id;
    });
    if (!is_known) resources.push_back(std::move(resource));
  }
  return resources;
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

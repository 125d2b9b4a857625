#include "commands/state/transfer/bound_resources.hpp"

#include <algorithm>
#include <utility>

namespace corral::state {

std::vector<TransferResource> resources_of(const Project& project, const TransferOptions& options,
                                           StateService service, std::vector<BoundResource> bindings) {
  std::vector<TransferResource> resources;
  for (BoundResource& binding : bindings) {
    if (options.preview && binding.id && !binding.preview_id) continue;
    const bool is_preview = options.preview || !binding.id;
    TransferResource resource;
    resource.service = service;
    resource.is_bound = true;
    resource.names = std::move(binding.names);
    for (const auto& id : {binding.id, binding.preview_id})
      if (id) resource.names.push_back(*id);
    resource.local_id = std::move(binding.local_id);
    resource.account_id = (is_preview ? binding.preview_id : binding.id).value_or("");
    resource.is_production = project.environment.empty() && !(is_preview && binding.preview_id);
    resource.jurisdiction = std::move(binding.jurisdiction);
    const bool is_known = std::any_of(resources.begin(), resources.end(), [&](const TransferResource& one) {
      return one.local_id == resource.local_id && one.account_id == resource.account_id;
    });
    if (!is_known) resources.push_back(std::move(resource));
  }
  return resources;
}

}  // namespace corral::state

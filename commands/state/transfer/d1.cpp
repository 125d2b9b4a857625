// D1 databases: which there are, by the config and the account.
#include <algorithm>
#include <memory>
#include <utility>

#include "backends/d1_databases.hpp"
#include "backends/error.hpp"
#include "commands/command/config_check.hpp"
#include "commands/d1/target.hpp"
#include "commands/state/transfer/bound_resources.hpp"
#include "commands/state/transfer/d1_transfer.hpp"
#include "commands/state/transfer/transfer.hpp"

namespace corral::state {

namespace {

std::vector<TransferResource> bound(Context& context, const TransferOptions& options) {
  if (!context.project().config_file()) return {};
  const Project& project = require_section(context, ConfigSection::d1_databases);
  std::vector<BoundResource> bindings;
  for (const D1DatabaseBinding& one : project.d1_databases) {
    bindings.push_back({.names = {one.database_name.value_or(one.binding), one.binding},
                        .id = one.database_id,
                        .preview_id = one.preview_database_id,
                        .local_id = d1::local_id(one)});
  }
  return resources_of(project, options, StateService::d1, std::move(bindings));
}

std::optional<TransferResource> find(Context& context, const TransferOptions& options,
                                     std::string_view name) {
  const std::optional<D1Database> found = context.stores(options.account).d1_databases().find(name);
  if (!found) return std::nullopt;
  for (TransferResource& one : bound(context, options)) {
    if (one.account_id == found->id) return std::move(one);
  }
  TransferResource resource;
  resource.service = StateService::d1;
  resource.names = {found->name.empty() ? found->id : found->name, found->id};
  resource.local_id = resource.account_id = found->id;
  return resource;
}

/// The id of a database that the config binds without one.
std::string id_by_name(Context& context, const TransferOptions& options, const TransferResource& resource) {
  const Project& project = context.project().project();
  const auto binding =
      std::find_if(project.d1_databases.begin(), project.d1_databases.end(),
                   [&](const D1DatabaseBinding& one) { return d1::local_id(one) == resource.local_id; });
  D1Binding wanted{.binding = resource.name(), .worker = project.name};
  if (binding != project.d1_databases.end()) {
    wanted.binding = binding->binding;
    wanted.name = binding->database_name;
  }
  return context.stores(options.account).d1_databases().id_of_binding(wanted);
}

std::unique_ptr<ResourceTransfer> open(Context& context, const TransferOptions& options,
                                       TransferResource resource) {
  if (resource.account_id.empty()) resource.account_id = id_by_name(context, options, resource);
  return std::make_unique<D1Transfer>(context, options, std::move(resource));
}

}  // namespace

TransferService d1_transfers() {
  return {.service = StateService::d1, .label = "D1 database", .bound = bound, .find = find, .open = open};
}

}  // namespace corral::state

// R2 buckets: which there are, by the config and the account.
#include <memory>
#include <utility>

#include "backends/error.hpp"
#include "backends/r2_buckets.hpp"
#include "commands/command/config_check.hpp"
#include "commands/state/transfer/bound_resources.hpp"
#include "commands/state/transfer/r2_transfer.hpp"
#include "commands/state/transfer/transfer.hpp"

namespace corral::state {

namespace {

std::vector<TransferResource> bound(Context& context, const TransferOptions& options) {
  if (!context.project().config_file()) return {};
  const Project& project = require_section(context, ConfigSection::r2_buckets);
  std::vector<BoundResource> bindings;
  for (const R2BucketBinding& one : project.r2_buckets) {
    if (!one.bucket_name && !one.preview_bucket_name) continue;  // it is made when the Worker is deployed
    // wrangler dev lets a preview's name go first.
    bindings.push_back({.names = {one.binding},
                        .id = one.bucket_name,
                        .preview_id = one.preview_bucket_name,
                        .local_id = one.preview_bucket_name ? *one.preview_bucket_name : *one.bucket_name,
                        .jurisdiction = one.jurisdiction});
  }
  return resources_of(project, options, StateService::r2, std::move(bindings));
}

std::optional<TransferResource> find(Context& context, const TransferOptions& options,
                                     std::string_view name) {
  try {
    check_bucket_name(name);
  } catch (const Error&) {
    return std::nullopt;
  }
  for (const R2Bucket& bucket : context.stores(options.account).r2_buckets().list(std::nullopt)) {
    if (bucket.name != name) continue;
    TransferResource resource;
    resource.service = StateService::r2;
    resource.names = {bucket.name};
    resource.local_id = resource.account_id = bucket.name;
    return resource;
  }
  return std::nullopt;
}

std::unique_ptr<ResourceTransfer> open(Context& context, const TransferOptions& options,
                                       TransferResource resource) {
  return std::make_unique<R2Transfer>(context, options, std::move(resource));
}

}  // namespace

TransferService r2_transfers() {
  return {.service = StateService::r2, .label = "R2 bucket", .bound = bound, .find = find, .open = open};
}

}  // namespace corral::state

// R2 buckets: which there are, by the config and the account.
#include <algorithm>
#include <memory>
#include <utility>

#include "backends/error.hpp"
#include "backends/r2_buckets.hpp"
#include "commands/command/config_check.hpp"
#include "commands/state/transfer/r2_transfer.hpp"
#include "commands/state/transfer/transfer.hpp"

namespace corral::state {

namespace {

std::vector<TransferResource> bound(Context& context, const TransferOptions& options) {
  std::vector<TransferResource> resources;
  if (!context.project().config_file()) return resources;
  const Project& project = require_section(context, ConfigSection::r2_buckets);
  for (const R2BucketBinding& binding : project.r2_buckets) {
    const auto& in_account = options.preview ? binding.preview_bucket_name : binding.bucket_name;
    if (!in_account) continue;  // the account has none for it
    TransferResource resource;
    resource.service = StateService::r2;
    resource.names = {binding.binding};
    for (const auto& name : {binding.bucket_name, binding.preview_bucket_name})
      if (name) resource.names.push_back(*name);
    // As wrangler dev has it, which lets a preview's name go first.
    resource.local_id = binding.preview_bucket_name ? *binding.preview_bucket_name : *binding.bucket_name;
    resource.account_id = *in_account;
    resource.is_production = project.environment.empty() && !options.preview;
    resource.jurisdiction = binding.jurisdiction;
    const bool is_known = std::any_of(resources.begin(), resources.end(), [&](const TransferResource& one) {
      return one.local_id == resource.local_id && one.account_id == resource.account_id;
    });
    if (!is_known) resources.push_back(std::move(resource));
  }
  return resources;
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

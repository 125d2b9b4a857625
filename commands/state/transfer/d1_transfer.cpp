#include "commands/state/transfer/d1_transfer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/command/config_check.hpp"
#include "commands/state/transfer/d1_comparison.hpp"
#include "commands/state/transfer/d1_pull.hpp"

namespace corral::state {

const D1DatabaseBinding* binding_of(Context& context, const TransferResource& resource) {
  if (!context.project().config_file()) return nullptr;
  const Project& project = require_section(context, ConfigSection::d1_databases);
  const auto found =
      std::find_if(project.d1_databases.begin(), project.d1_databases.end(),
                   [&](const D1DatabaseBinding& one) { return d1::local_id(one) == resource.local_id; });
  return found == project.d1_databases.end() ? nullptr : &*found;
}

D1Transfer::D1Transfer(Context& context, const TransferOptions& options, TransferResource resource)
    : context_(context), options_(options), resource_(std::move(resource)) {}

TransferCounts D1Transfer::compare(const Visit& visit) {
  if (options_.pushes) return push_.emplace(context_, options_, resource_).plan(visit);
  D1Comparison comparison(context_, options_, resource_);
  comparison.compare_schemas(visit);
  if (options_.deep) {
    comparison.compare_rows(options_.tables, visit);
  } else if (!comparison.is_account_empty()) {
    context_.out().note(
        fmt::format("{}: the schemas were compared; --deep compares the rows, too", shown(resource_.name())));
  }
  return comparison.counts();
}

TransferCounts D1Transfer::plan_pull() {
  return D1Pull(context_, options_, resource_).plan();
}

PullReport D1Transfer::pull(UndoPoint& /*undo*/) {
  return D1Pull(context_, options_, resource_).run();
}

TransferCounts D1Transfer::push() {
  return push_->run();
}

}  // namespace corral::state

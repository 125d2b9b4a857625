#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "commands/r2/sync_plan.hpp"

namespace corral::r2 {

/// Executes a download plan. Several files are written concurrently and renamed into place in batches, each
/// flushed first: after a power loss or a kill, every file is either the old one or a complete new one.
/// Returns the planned files that could not be written, and continues with the rest. Throws io, and what
/// reading the bucket throws.
///
/// `at_once`: how many files are written concurrently (ParallelJobs); fewer if descriptors are scarce.
std::vector<LeftOut> download(Context& context, ObjectStore& store, const SyncSides& sides,
                              const std::map<std::string, LocalFile>& files, const SyncPlan& plan,
                              std::size_t at_once);

}  // namespace corral::r2

#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "commands/r2/sync_plan.hpp"

namespace corral::r2 {

/// Does what a plan for the way down says. Files are written several at once and get their names in batches,
/// each of which is on the disk before: a loss of power or a kill leaves files of before and whole new ones.
/// Returns what could not be written although it was planned; goes on with the rest. Throws io, and what
/// reading the bucket throws.
///
/// `at_once`: how many files are written at a time (ParallelJobs); fewer if few may be open.
std::vector<LeftOut> download(Context& context, ObjectStore& store, const SyncSides& sides,
                              const std::map<std::string, LocalFile>& files, const SyncPlan& plan,
                              std::size_t at_once);

}  // namespace corral::r2

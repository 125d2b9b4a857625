#pragma once

#include <cstdint>

#include "commands/durable_objects/target.hpp"

namespace corral::durable_objects {

/// Runs a batch on every object of a class, one after another, each in a transaction of its own. The rows
/// have a first column "object" with the object's name, or its id if it has none. A single statement has one
/// result with the rows of all; several have theirs object by object.
///
/// Objects that lack a table which the batch only reads are passed over. Any other error ends the run and
/// names the object; those before it keep what was done.
void run_on_all(Context& context, const ClassOptions& options, bool unrestricted, const SqlBatch& batch,
                SqlResults& results, bool only_reads);

}  // namespace corral::durable_objects

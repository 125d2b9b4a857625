#pragma once

#include <cstdint>

#include "commands/durable_objects/target.hpp"

namespace corral::durable_objects {

/// Runs a batch on every object of a class, one after another, each in its own transaction. Rows get a first
/// column "object" with the object's name, or its id if it has none. A single statement gives one result with
/// the rows of all objects; several statements give their results object by object.
///
/// Skips objects without a table that the batch only reads. Any other error ends the run and names the
/// object; earlier objects keep their changes.
void run_on_all(Context& context, const ClassOptions& options, bool unrestricted, const SqlBatch& batch,
                SqlResults& results, bool only_reads);

}  // namespace corral::durable_objects

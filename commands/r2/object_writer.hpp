#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "backends/jobs/parallel_jobs.hpp"
#include "backends/object_store.hpp"
#include "commands/command/context.hpp"

namespace corral::r2 {

/// Writes many files into a bucket: several concurrently, batched in transactions. Objects written before
/// `finish` may or may not be visible yet; each is stored completely or not at all.
class ObjectWriter {
 public:
  /// `at_once`: how many files are read concurrently (ParallelJobs).
  ObjectWriter(Context& context, ObjectStore& store, std::size_t at_once)
      : context_(context), store_(store), jobs_(at_once) {}

  /// Stores the file, now or by `finish`; for a repeated key the last one wins. Throws like ObjectStore::put,
  /// and what reading a file throws: for this file or an earlier one.
  void put(const ObjectWrite& write, const std::string& file);

  /// Commits the rest.
  void finish();

  /// Objects committed so far, and bytes read.
  [[nodiscard]] std::uint64_t stored() const { return stored_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  Context& context_;
  ObjectStore& store_;
  std::unique_ptr<ObjectBatch> batch_;
  std::set<std::string> pending_;  ///< keys in the batch
  std::uint64_t stored_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0;
  std::uint64_t committed_bytes_ = 0;
  ParallelJobs jobs_;  ///< declared last: its threads use the other members
};

}  // namespace corral::r2

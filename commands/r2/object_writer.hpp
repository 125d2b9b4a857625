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

/// Writes many files into a bucket: several at once, and gathered in transactions. What was written before
/// `finish` may or may not be visible; each object is whole or not there.
class ObjectWriter {
 public:
  /// `at_once`: how many files are read at a time (ParallelJobs).
  ObjectWriter(Context& context, ObjectStore& store, std::size_t at_once)
      : context_(context), store_(store), jobs_(at_once) {}

  /// Stores the file, now or until `finish`; of a repeated key the last wins. Throws like ObjectStore::put,
  /// and what reading a file throws: of this one or of one before.
  void put(const ObjectWrite& write, const std::string& file);

  /// Commits what is left.
  void finish();

  /// Objects committed so far, and the bytes that were read.
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
  ParallelJobs jobs_;  ///< the last member: its threads use the others
};

}  // namespace corral::r2

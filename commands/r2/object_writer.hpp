#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "backends/jobs/parallel_jobs.hpp"
#include "backends/object_store.hpp"
#include "commands/command/context.hpp"

namespace corral::r2 {

/// How many objects of a store to read or write at once: as many as asked for, at most 64, else what suits
/// it.
std::size_t jobs_at_once(const ObjectStore& store, const std::optional<std::int64_t>& asked);

/// Writes many files into a bucket: several concurrently, batched in transactions. Objects written before
/// `finish` may or may not be visible yet; each is stored completely or not at all.
class ObjectWriter {
 public:
  /// `asked`: how many files are read concurrently; nullopt: what suits the store.
  ObjectWriter(Context& context, ObjectStore& store, const std::optional<std::int64_t>& asked)
      : context_(context), store_(store), traits_(store.traits()), jobs_(jobs_at_once(store, asked)) {}

  /// Stores the file, now or by `finish`; for a repeated key the last one wins. Throws like ObjectStore::put,
  /// and what reading a file throws: for this file or an earlier one.
  void put(const ObjectWrite& write, const std::string& file);

  /// Commits the rest.
  void finish();

  /// For errors: how many of `objects` have been stored for certain, and whether that is all that can have
  /// been.
  enum class Rest { unknown, not_stored };
  [[nodiscard]] std::string extent_of(std::size_t objects, Rest rest) const;

  /// Objects stored so far, and bytes read.
  [[nodiscard]] std::uint64_t stored() const { return stored_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  Context& context_;
  ObjectStore& store_;
  const ObjectTraits traits_;
  std::unique_ptr<ObjectBatch> batch_;
  std::set<std::string> pending_;  ///< keys in the batch
  std::atomic<std::uint64_t> stored_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0;
  std::uint64_t committed_bytes_ = 0;
  ParallelJobs jobs_;  ///< declared last: its threads use the other members
};

}  // namespace corral::r2

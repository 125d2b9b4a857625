#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"

namespace corral {

/// One SQLite file of `wrangler dev`'s state, with the blobs that belong to it.
struct StateFile {
  std::string service;  ///< "kv", "d1", "r2" or "do"
  std::string name;  ///< folder name of the KV namespace, R2 bucket or Durable Object class; empty if unknown
  std::filesystem::path file;
  std::filesystem::path blobs;     ///< its blob folder; empty if none or unknown
  std::uint64_t file_bytes = 0;    ///< size of the file and its WAL
  std::uint64_t values = 0;        ///< number of blobs
  std::uint64_t values_bytes = 0;  ///< their total size
};

/// An inconsistency in the state.
struct StateProblem {
  enum class Kind {
    database,    ///< a file that is damaged or not a database
    index,       ///< an index inconsistent with its table; REINDEX repairs it
    missing,     ///< a row whose blob is missing
    wrong_size,  ///< a blob whose size differs from its row's
    wrong_hash,  ///< a blob whose MD5 differs from its row's
    parts,       ///< a multipart object without parts, or whose parts do not add up to its size
    bookmark,    ///< a time travel bookmark that cannot be restored
  };
  Kind kind = Kind::database;
  std::string service;
  std::filesystem::path file;
  std::string item;  ///< the key; empty if the problem concerns the file
  std::string what;  ///< a sentence without a final period
};

/// The stable name: "database", "index", "missing", "wrong-size", "wrong-hash", "parts", "bookmark".
std::string_view name_of(StateProblem::Kind kind) noexcept;

/// Garbage that can be reclaimed.
struct Garbage {
  std::uint64_t orphans = 0;  ///< orphaned blobs, and unfinished files of killed commands
  std::uint64_t orphan_bytes = 0;
  std::uint64_t expired = 0;        ///< expired KV entries
  std::uint64_t aborted_parts = 0;  ///< parts of aborted multipart uploads
  std::uint64_t pulls = 0;          ///< what pulls that were cut off and not run again had transferred
  std::uint64_t logs = 0;           ///< stale WALs
  std::uint64_t log_bytes = 0;
};

struct GarbageOptions {
  UnixMillis now = 0;
  /// Blobs younger than this (ms) are kept: a writer may not yet have committed the row that references them.
  UnixMillis age = 0;
  bool dry_run = false;              ///< count only
  std::function<void()> pulse = {};  ///< called periodically; throwing from it cancels the work
};

/// Maintenance of `wrangler dev`'s state folder across services. Safe while other processes use it: every
/// change is a short separate transaction that leaves the state consistent, and a referenced blob is never
/// removed. Throws io; damaged files are reported by `check` and skipped by the other calls.
class StateCare {
 public:
  virtual ~StateCare() = default;

  /// Every database file, ordered by service and path, including damaged ones: nothing is opened.
  virtual std::vector<StateFile> files() = 0;

  /// Checks every database and the blob of every row; `deep` also reads R2 bodies and compares hashes.
  virtual void check(bool deep, const std::function<void()>& pulse,
                     const std::function<void(const StateProblem&)>& report) = 0;

  virtual Garbage clean(const GarbageOptions& options) = 0;

  /// Repairs a problem found by `check` if that loses nothing: removes rows whose blob is gone, rebuilds
  /// indexes. False: this problem cannot be repaired.
  virtual bool mend(const StateProblem& problem) = 0;

  /// Deletes the content of a D1 database or Durable Object and, unless another process has it open, its
  /// file.
  virtual void empty(const StateFile& file) = 0;
};

}  // namespace corral

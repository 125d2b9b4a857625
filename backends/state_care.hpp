#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/kv_store.hpp"

namespace corral {

/// One SQLite file of the state of `wrangler dev`, with the values that belong to it.
struct StateFile {
  std::string service;  ///< "kv", "d1", "r2" or "do"
  std::string name;  ///< of the KV namespace's or R2 bucket's folder, or the folder of the Durable Object's
                     ///< class; empty if it cannot be told
  std::filesystem::path file;
  std::filesystem::path blobs;     ///< the folder of its values; empty if it has none or it cannot be told
  std::uint64_t file_bytes = 0;    ///< of the file and its write-ahead log
  std::uint64_t values = 0;        ///< files with values
  std::uint64_t values_bytes = 0;  ///< of those
};

/// Something that is not as it must be.
struct StateProblem {
  enum class Kind {
    database,    ///< a file that is damaged or no database
    index,       ///< an index that does not fit its table: REINDEX mends it
    missing,     ///< a row whose value is not there
    wrong_size,  ///< a value that is shorter or longer than its row says
    wrong_hash,  ///< a value whose MD5 is not that of its row
    parts,       ///< a multipart object without parts, or whose parts do not make up its size
    bookmark,    ///< a bookmark of time travel that cannot be gone back to
  };
  Kind kind = Kind::database;
  std::string service;
  std::filesystem::path file;
  std::string item;  ///< the key; empty if it is about the file
  std::string what;  ///< a sentence without a final stop
};

/// The stable name: "database", "index", "missing", "wrong-size", "wrong-hash", "parts", "bookmark".
std::string_view name_of(StateProblem::Kind kind) noexcept;

/// What can be cleaned up.
struct Garbage {
  std::uint64_t orphans = 0;  ///< values that no row names, and files that killed commands left unfinished
  std::uint64_t orphan_bytes = 0;
  std::uint64_t expired = 0;        ///< KV entries whose time is over
  std::uint64_t aborted_parts = 0;  ///< parts of multipart uploads that were aborted
  std::uint64_t logs = 0;           ///< write-ahead logs that nobody needs
  std::uint64_t log_bytes = 0;
};

struct GarbageOptions {
  UnixMillis now = 0;
  /// Values younger than this are left alone: a writer may be about to name them.
  UnixMillis age = 0;
  bool dry_run = false;              ///< count only
  std::function<void()> pulse = {};  ///< called again and again; what it throws ends the work
};

/// What lies in the state folder of `wrangler dev`, looked at across services. Others may be using it: every
/// change is a short transaction of its own, after which the state is whole, and nothing that a row names is
/// ever removed. Throws io; damaged files are problems for `check` and are passed over by the others.
class StateCare {
 public:
  virtual ~StateCare() = default;

  /// Every database file, by service and path. Damaged ones too: nothing is opened.
  virtual std::vector<StateFile> files() = 0;

  /// Looks at every database and at every row's value; `deep` reads the values of R2 and compares hashes.
  virtual void check(bool deep, const std::function<void()>& pulse,
                     const std::function<void(const StateProblem&)>& report) = 0;

  virtual Garbage clean(const GarbageOptions& options) = 0;

  /// Mends what `check` found and can be mended without loss: removes rows whose value is gone, and makes
  /// indexes anew. False: this cannot be mended so.
  virtual bool mend(const StateProblem& problem) = 0;

  /// Removes everything in a D1 database or Durable Object and, if nobody else has it open, its file.
  virtual void empty(const StateFile& file) = 0;
};

}  // namespace corral

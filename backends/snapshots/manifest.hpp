#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/snapshots/kept_file.hpp"
#include "backends/state_snapshots.hpp"

namespace corral::snapshots {

/// A database of a snapshot.
struct KeptDatabase {
  std::string path;    ///< below `v3`
  std::string source;  ///< the live database's signature when the snapshot was taken; may be empty
  KeptFile file;
};

/// The entries of an LMDB environment.
struct KeptRecords {
  std::string environment;  ///< "corral" or "queues"
  std::string source;
  KeptFile file;
};

/// The values of one folder: ids and sizes, ordered by id.
struct KeptValues {
  std::string folder;  ///< below `v3`: "kv/<folder>"
  std::vector<std::pair<std::string, std::uint64_t>> values;
};

/// The contents of a snapshot: `manifest.json` in its folder, plus the list of its values, which can be long
/// and is read only where it is needed.
struct Manifest {
  SnapshotInfo info;
  std::vector<KeptDatabase> databases;
  std::vector<KeptRecords> records;
  std::vector<std::string> folders;
  KeptFile values;

  [[nodiscard]] const KeptDatabase* find_database(std::string_view path) const;
  [[nodiscard]] const KeptRecords* find_records(std::string_view environment) const;
};

// The files of a snapshot, relative to its folder and within an archive.
inline constexpr const char* manifest_file = "manifest.json";
inline constexpr const char* values_file = "values";
inline constexpr const char* databases_folder = "databases";
inline constexpr const char* records_folder = "records";
std::string database_file(std::size_t number);
std::string records_file(std::string_view environment);

/// The text of manifest.json.
std::string encode(const Manifest& manifest);

/// Throws corrupt, naming `what`, for anything encode does not write, including paths that lead outside;
/// unavailable for a newer version.
Manifest decode_manifest(std::string_view text, std::string_view name, std::string_view what);

/// Reads the manifest of a snapshot in its folder.
Manifest read_manifest(const std::filesystem::path& snapshot, std::string_view name);

/// Writes the list of a snapshot's values, and records it in the manifest.
class ValueListWriter {
 public:
  /// Both must outlive it.
  ValueListWriter(const std::filesystem::path& snapshot, Manifest& manifest);

  /// The values that follow are of this folder: each once, in the order of their ids.
  void begin_folder(const std::string& folder);
  void add(std::string_view id, std::uint64_t bytes);

  /// Flushes the list.
  void finish();

 private:
  Manifest& manifest_;
  KeptFileWriter list_;
};

/// Visits the list of values, in its order: by folder, as an index into those of the manifest, and id. Throws
/// corrupt.
void visit_values(
    const std::filesystem::path& snapshot, const Manifest& manifest,
    const std::function<void(std::size_t folder, std::string_view id, std::uint64_t bytes)>& visit);

/// The list of values in memory.
std::vector<KeptValues> read_values(const std::filesystem::path& snapshot, const Manifest& manifest);

}  // namespace corral::snapshots

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backends/corral_layout.hpp"
#include "backends/page_source.hpp"

namespace corral {

/// What the last pull of a D1 database from an account brought.
struct PulledDatabase {
  std::string origin = {};   ///< the account's database, and its bookmark when it was read
  std::string request = {};  ///< digest of all that decides what a pull brings of it
  std::string content = {};  ///< content_digest of the local database after the pull
  std::uint64_t tables = 0;
  std::uint64_t bytes = 0;  ///< size of the database
};

/// The notes of pulls, one small file for each local database (docs/formats.md). Advisory: without one, or
/// with one that cannot be read, the next pull transfers everything again.
class PulledDatabases {
 public:
  explicit PulledDatabases(const std::filesystem::path& state_root) : layout_(state_root) {}

  [[nodiscard]] std::optional<PulledDatabase> of(std::string_view local_id) const;

  /// Replaces the note; durable when it returns. Throws io.
  void put(std::string_view local_id, const PulledDatabase& note) const;

 private:
  CorralLayout layout_;
};

/// SHA-256, in hexadecimal, of a database's pages without what belongs to the file rather than its content:
/// the change counter, the schema cookie, the journal mode and the version of SQLite that wrote last
/// (sqlite.org/fileformat2.html, "The Database Header").
std::string content_digest(PageSource& pages);

}  // namespace corral

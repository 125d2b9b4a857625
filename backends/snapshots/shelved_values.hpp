#pragma once

#include <filesystem>
#include <list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "backends/snapshots/blob_shelf.hpp"
#include "backends/snapshots/manifest.hpp"
#include "backends/snapshots/state_moment.hpp"
#include "backends/wrangler/service_tables.hpp"

namespace corral::snapshots {

/// Collects the values that the rows of a moment reference, while other processes replace and remove values.
class ShelvedValues {
 public:
  explicit ShelvedValues(BlobShelf& shelf, const LiveState& live) : shelf_(shelf), live_(live) {}

  /// Puts the values that are referenced now on the shelf. Done before the moment, so that little is left to
  /// do after it.
  void take_all(const std::vector<StateService>& services);

  /// Whether every value that the moment's rows reference is on the shelf. A value can be missing because its
  /// row was replaced in between: then a later moment must be taken. If that moment's rows still reference
  /// it, it is lost, and reads as "not found" in the snapshot as it does in the live state.
  bool complete(const StateMoment& moment);

  /// Writes the list of the values that the databases in the snapshot's folder reference: those of the last
  /// complete moment. Throws corrupt if a value's length differs from its row's.
  void write_list(const std::filesystem::path& snapshot, Manifest& manifest) const;

 private:
  struct Rows {
    std::string signature;
    std::vector<std::string> folders;  ///< where its values are: one, in a state that wrangler dev made
    std::set<std::string, std::less<>> missing;
    bool complete = false;
  };
  class SortedRows;
  bool take(std::string_view id, Rows& rows);
  bool take_rows(const DatabaseMoment& database, Rows& rows);
  void list_folder(const std::string& folder, std::list<SortedRows>& databases, ValueListWriter& list) const;

  BlobShelf& shelf_;
  const LiveState& live_;
  std::vector<std::string> folders_;
  std::map<std::string, Rows> rows_;
};

}  // namespace corral::snapshots

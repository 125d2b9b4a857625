#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
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

  /// Puts all existing values on the shelf. Done before the moment, so that little is left to do after it.
  void take_all(const std::vector<StateService>& services);

  /// Whether every value that the moment's rows reference is on the shelf. A value can be missing because its
  /// row was replaced in between: then a later moment must be taken. If that moment's rows still reference
  /// it, it is lost, and reads as "not found" in the snapshot as it does in the live state.
  bool complete(const StateMoment& moment);

  /// The values referenced at the last complete moment. Throws corrupt if a value's length differs from its
  /// row's.
  [[nodiscard]] std::vector<KeptValues> list() const;

 private:
  struct Rows {
    std::string signature;
    std::vector<wrangler::NamedValue> values;
    std::set<std::string> missing;
    bool complete = false;
  };
  bool take(const wrangler::NamedValue& value);
  bool take_rows(const DatabaseMoment& database, Rows& rows);

  BlobShelf& shelf_;
  const LiveState& live_;
  std::vector<std::string> folders_;
  std::map<std::string, Rows> rows_;
};

}  // namespace corral::snapshots

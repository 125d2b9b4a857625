#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "backends/durable_objects.hpp"

namespace corral::wrangler {

/// A class's alarm list, `metadata.sqlite` next to its objects (docs/reference/durable-objects.md). `wrangler
/// dev` reads it at startup, and only writes it afterwards.
class DoAlarmList {
 public:
  explicit DoAlarmList(const std::filesystem::path& class_folder) : file_(class_folder / "metadata.sqlite") {}

  /// The object's name is stored where the list has a column for it: lists of older versions of wrangler, and
  /// new ones, have none.
  void set(std::string_view id, UnixNanos time, const std::optional<std::string>& name) const;

  /// Removes an object's entry, if any.
  void remove(std::string_view id) const;

 private:
  std::filesystem::path file_;
};

}  // namespace corral::wrangler

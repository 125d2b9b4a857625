#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "backends/durable_objects.hpp"

namespace corral::wrangler {

/// The list of alarms of a class, `metadata.sqlite` beside its objects (docs/reference/durable-objects.md).
/// `wrangler dev` reads it when it starts, and afterwards only writes it.
class DoAlarmList {
 public:
  explicit DoAlarmList(const std::filesystem::path& class_folder) : file_(class_folder / "metadata.sqlite") {}

  void set(std::string_view id, UnixNanos time, const std::optional<std::string>& name) const;

  /// One that is not in it is no error.
  void remove(std::string_view id) const;

 private:
  std::filesystem::path file_;
};

}  // namespace corral::wrangler

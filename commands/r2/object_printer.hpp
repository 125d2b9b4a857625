#pragma once

#include <memory>
#include <optional>
#include <string>

#include "backends/object_store.hpp"
#include "commands/command/output.hpp"

namespace corral::r2 {

/// What a list of objects looks like; at most one of the last four is chosen.
struct ObjectListStyle {
  bool long_form = false;  ///< version and metadata too
  bool names = false;      ///< one key or prefix a line
  bool nul = false;        ///< keys and prefixes, each followed by NUL
  bool ndjson = false;     ///< one JSON object a line
  bool page = false;       ///< {"objects", "delimitedPrefixes", "truncated", "cursor"}
};

/// Prints objects and prefixes as they come, in key order, without holding more than a screenful (with
/// `page`: without holding more than the prefixes).
class ObjectPrinter {
 public:
  virtual ~ObjectPrinter() = default;
  virtual void object(const ObjectInfo& object) = 0;
  virtual void prefix(const std::string& prefix) = 0;

  /// Ends the list. `cursor`: where more follow.
  virtual void finish(const std::optional<std::string>& cursor) = 0;

  /// The printer for a style: what was asked for, else a table for a person, else a JSON array. Throws usage
  /// if styles exclude each other.
  static std::unique_ptr<ObjectPrinter> make(const ObjectListStyle& style, Output& out);
};

}  // namespace corral::r2

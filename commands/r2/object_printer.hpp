#pragma once

#include <memory>
#include <optional>
#include <string>

#include "backends/object_store.hpp"
#include "commands/command/output.hpp"

namespace corral::r2 {

/// The output format of a list of objects; at most one of the last four is set.
struct ObjectListStyle {
  bool long_form = false;  ///< include version and metadata
  bool names = false;      ///< one key or prefix per line
  bool nul = false;        ///< keys and prefixes, each followed by NUL
  bool ndjson = false;     ///< one JSON object per line
  bool page = false;       ///< {"objects", "delimitedPrefixes", "truncated", "cursor"}
};

/// Prints objects and prefixes in key order, holding no more than a screenful (with `page`: no more than the
/// prefixes).
class ObjectPrinter {
 public:
  virtual ~ObjectPrinter() = default;
  virtual void object(const ObjectInfo& object) = 0;
  virtual void prefix(const std::string& prefix) = 0;

  /// Ends the list. `cursor`: where the next page starts.
  virtual void finish(const std::optional<std::string>& cursor) = 0;

  /// The printer for a style: the requested format, else a table for a person, else a JSON array. Throws
  /// usage if options are mutually exclusive.
  static std::unique_ptr<ObjectPrinter> make(const ObjectListStyle& style, Output& out);
};

}  // namespace corral::r2

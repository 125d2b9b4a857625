#pragma once

#include <memory>
#include <optional>
#include <string>

#include "backends/kv_store.hpp"
#include "commands/command/output.hpp"

namespace corral::kv {

/// What a list of keys looks like; at most one of the last four is chosen.
struct KeyListStyle {
  bool long_form = false;  ///< size, expiration and metadata too
  bool names = false;      ///< one name a line
  bool nul = false;        ///< names, each followed by NUL
  bool ndjson = false;     ///< one JSON object a line
  bool page = false;       ///< {"keys", "list_complete", "cursor"}
};

/// Prints keys as they come, page after page, without holding more than a screenful.
class KeyPrinter {
 public:
  virtual ~KeyPrinter() = default;
  virtual void add(const KvItem& item) = 0;

  /// Ends the list. `cursor`: where more keys follow.
  virtual void finish(const std::optional<std::string>& cursor) = 0;

  /// The printer for a style: what was asked for, else a table for a person, else wrangler's JSON array.
  /// Throws usage if styles exclude each other.
  static std::unique_ptr<KeyPrinter> make(const KeyListStyle& style, Output& out);
};

}  // namespace corral::kv

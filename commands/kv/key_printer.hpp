#pragma once

#include <memory>
#include <optional>
#include <string>

#include "backends/kv_store.hpp"
#include "commands/command/output.hpp"

namespace corral::kv {

/// The output format of a list of keys; at most one of the last four is set.
struct KeyListStyle {
  bool long_form = false;  ///< include size, expiration and metadata
  bool names = false;      ///< one name per line
  bool nul = false;        ///< names, each followed by NUL
  bool ndjson = false;     ///< one JSON object per line
  bool page = false;       ///< {"keys", "list_complete", "cursor"}
};

/// Prints keys page by page, holding no more than a screenful.
class KeyPrinter {
 public:
  virtual ~KeyPrinter() = default;
  virtual void add(const KvItem& item) = 0;

  /// Ends the list. `cursor`: where the next page starts.
  virtual void finish(const std::optional<std::string>& cursor) = 0;

  /// The printer for a style: the requested format, else a table for a person, else wrangler's JSON array.
  /// Throws usage if options are mutually exclusive.
  static std::unique_ptr<KeyPrinter> make(const KeyListStyle& style, Output& out);
};

}  // namespace corral::kv

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/kv_store.hpp"

namespace corral {

/// A KV namespace without its entries.
struct KvNamespace {
  std::string id;
  std::string title = {};                  ///< empty: it has none, being known from its entries alone
  std::vector<std::string> backends = {};  ///< local: the backends that have entries: "wrangler", "lmdb"
  std::string description = {};            ///< the account's: all that the API says, a JSON object
};

/// A namespace to create.
struct NewKvNamespace {
  std::string title;
  std::optional<std::string> jurisdiction = {};
  std::optional<std::string> mode = {};
};

/// The KV namespaces of one place: a state folder, or an account. Errors: not_found for an id that does not
/// exist, conflict for a title that is taken, and those of the storage.
class KvNamespaces {
 public:
  virtual ~KvNamespaces() = default;

  /// All namespaces: those with a title by title, then those without by id.
  virtual std::vector<KvNamespace> list() = 0;

  virtual std::optional<KvNamespace> find_title(std::string_view title) = 0;
  virtual std::optional<KvNamespace> find_id(std::string_view id) = 0;

  virtual KvNamespace create(const NewKvNamespace& wanted) = 0;
  virtual void rename(std::string_view id, std::string_view new_title) = 0;

  /// Removes the namespace with all its entries. Returns how many there were; nullopt: not known.
  virtual std::optional<std::uint64_t> remove(std::string_view id) = 0;

  /// Entries and bytes of a namespace, without the biggest; nullopt where counting takes a request for every
  /// thousand keys.
  virtual std::optional<KvStats> totals(std::string_view id, UnixMillis now) = 0;

  /// The id of the namespace that a binding without an id stands for: locally the binding's own name, in an
  /// account what the deployed Worker has under it. Throws not_found. `worker`: the config's name.
  virtual std::string id_of_binding(const std::optional<std::string>& worker, std::string_view binding) = 0;

  /// Whether a namespace comes into being with its first entry, so that the config may name ones that
  /// `list` does not know.
  [[nodiscard]] virtual bool made_by_first_write() const = 0;

  /// Whose they are, for questions: " of account 0123abcd"; empty for a state folder.
  virtual std::string owner() = 0;
};

}  // namespace corral

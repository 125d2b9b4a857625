#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backends/error.hpp"
#include "commands/command/context.hpp"

namespace corral {
class Arguments;
}

namespace corral::kv {

/// Whether a command reads or writes: wrangler treats a binding with two ids differently
/// (docs/reference/kv.md).
enum class Access { read, write };

/// How a command line names a KV namespace.
struct NamespaceOptions {
  std::optional<std::string> binding;       ///< --binding: of the config, or a title made here
  std::optional<std::string> namespace_id;  ///< --namespace-id
  std::optional<std::string> title;         ///< --namespace: a title made here
  std::optional<bool> preview;              ///< --preview
  StateOptions state;
};

/// Adds --binding, --namespace-id, --namespace, --preview and the state options.
void add_namespace_options(Arguments& arguments, NamespaceOptions& options);

/// Finds the id that the options name. Throws usage unless exactly one of the three is given, not_found for
/// a binding or title that does not exist (naming those that do), invalid_input for a config whose
/// kv_namespaces are wrong. Mistakes elsewhere in the config become warnings.
std::string resolve_namespace(Context& context, const NamespaceOptions& options, Access access);

/// Opens the namespace that the options name.
std::unique_ptr<KvStore> open_namespace(Context& context, const NamespaceOptions& options, Access access);

/// Where the namespace is, for questions before something is destroyed: " in KV namespace CACHE of account
/// 0123abcd"; empty for local state.
std::string place_for_question(Context& context, const NamespaceOptions& options);

/// The Error for a key that is not in the namespace that the options name.
Error key_not_found(const NamespaceOptions& options, std::string_view key);

/// The id that the config gives a binding for a command (docs/reference/kv.md): with `preview` its
/// preview_id; without, its id; a binding with one of them uses that one. nullopt: it has none
/// (KvNamespaces::id_of_binding). Throws usage if a write has two ids to choose from and --preview was not
/// said, or there is no preview_id.
std::optional<std::string> configured_id(const KvNamespaceBinding& binding, std::optional<bool> preview,
                                         Access access);

/// The same in local state, where the name of a binding without an id is its id.
std::string local_id(const KvNamespaceBinding& binding, std::optional<bool> preview, Access access);

}  // namespace corral::kv

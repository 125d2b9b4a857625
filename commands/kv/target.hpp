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

/// Whether a command reads or writes: for a binding with two ids, wrangler distinguishes them
/// (docs/reference/kv.md).
enum class Access { read, write };

/// The KV namespace that a command line refers to.
struct NamespaceOptions {
  std::optional<std::string> binding;       ///< --binding: in the config, or a title of one created here
  std::optional<std::string> namespace_id;  ///< --namespace-id
  std::optional<std::string> title;         ///< --namespace: a title of one created here
  std::optional<bool> preview;              ///< --preview
  StateOptions state;
};

/// Adds --binding, --namespace-id, --namespace, --preview and the state options.
void add_namespace_options(Arguments& arguments, NamespaceOptions& options);

/// Finds the id that the options refer to. Throws usage unless exactly one of the three is given, not_found
/// for an unknown binding or title (listing the known ones), invalid_input if the config's kv_namespaces are
/// malformed. Errors elsewhere in the config become warnings.
std::string resolve_namespace(Context& context, const NamespaceOptions& options, Access access);

/// Opens the namespace that the options refer to.
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

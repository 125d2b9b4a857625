#include "commands/kv/target.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/kv_namespaces.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/config_check.hpp"
#include "commands/command/other_environments.hpp"
#include "commands/command/state_options.hpp"

namespace corral::kv {

void add_namespace_options(Arguments& arguments, NamespaceOptions& options) {
  value_name(add_text(arguments, "--binding", options.binding,
                      "Binding in the config, or title of a namespace created here"),
             "NAME");
  value_name(add_text(arguments, "--namespace-id", options.namespace_id, "Id of the namespace"), "ID");
  value_name(add_text(arguments, "--namespace", options.title,
                      "Title of a namespace created with 'kv namespace create'"),
             "TITLE");
  add_flag(arguments, "--preview", options.preview, "Use the binding's preview_id instead of its id");
  add_kv_state_options(arguments, options.state);
}

std::optional<std::string> configured_id(const KvNamespaceBinding& binding, std::optional<bool> preview,
                                         Access access) {
  const std::string name = shown(binding.binding);
  if (preview.value_or(false)) {
    if (binding.preview_id) return binding.preview_id;
    throw Error(ErrorKind::usage, fmt::format("the binding \"{}\" has no preview_id", name),
                "add one to its entry in kv_namespaces, or leave --preview out");
  }
  if (binding.id && binding.preview_id && !preview && access == Access::write) {
    throw Error(
        ErrorKind::usage,
        fmt::format("the binding \"{}\" has an id and a preview_id, so it is not clear which is meant", name),
        "say --preview, or --preview false");
  }
  if (binding.id) return binding.id;
  if (binding.preview_id && !preview) return binding.preview_id;
  return std::nullopt;
}

std::string local_id(const KvNamespaceBinding& binding, std::optional<bool> preview, Access access) {
  return configured_id(binding, preview, access).value_or(binding.binding);
}

namespace {

const KvNamespaceBinding* find_in(const Project& project, std::string_view name) {
  const auto found = std::find_if(project.kv_namespaces.begin(), project.kv_namespaces.end(),
                                  [&](const KvNamespaceBinding& binding) { return binding.binding == name; });
  return found == project.kv_namespaces.end() ? nullptr : &*found;
}

const KvNamespaceBinding& find_binding(Context& context, std::string_view name) {
  const Project& project = require_section(context, ConfigSection::kv_namespaces);
  if (const KvNamespaceBinding* const binding = find_in(project, name)) return *binding;
  std::string known;
  for (const KvNamespaceBinding& binding : project.kv_namespaces) {
    known += fmt::format("{}{}", known.empty() ? "" : ", ", shown(binding.binding));
  }
  const std::string file = shown(project.config->filename().native());
  const std::string where = project.environment.empty()
                                ? file
                                : fmt::format("{} (environment {})", file, shown(project.environment));
  throw Error(ErrorKind::not_found,
              fmt::format("no KV namespace with binding \"{}\" in {}; it has: {}", shown(name), where,
                          known.empty() ? "none" : known),
              hint_of_environments(
                  context, [&](const Project& other) { return find_in(other, name) != nullptr; },
                  fmt::format("make one with 'corral kv namespace create {} --update-config'", shown(name))));
}

std::string id_of_title(Context& context, const NamespaceOptions& options, std::string_view title) {
  KvNamespaces& namespaces = context.stores(options.state).kv_namespaces();
  if (const auto found = namespaces.find_title(title)) return found->id;
  std::string known;
  for (const KvNamespace& one : namespaces.list()) {
    if (!one.title.empty()) known += fmt::format("{}{}", known.empty() ? "" : ", ", shown(one.title));
  }
  const std::string owner = namespaces.owner();
  throw Error(
      ErrorKind::not_found,
      fmt::format("no KV namespace{} with the title \"{}\"{}; there {}", owner, shown(title),
                  owner.empty() ? " was created here" : "", known.empty() ? "are none" : "are: " + known),
      fmt::format("make it with 'corral kv namespace create {}{}'", shown(title),
                  owner.empty() ? "" : " --remote"));
}

}  // namespace

std::string resolve_namespace(Context& context, const NamespaceOptions& options, Access access) {
  const auto given =
      count_given({options.binding.has_value(), options.namespace_id.has_value(), options.title.has_value()});
  if (given != 1) {
    throw Error(ErrorKind::usage,
                given == 0 ? "which KV namespace is meant?"
                           : "--binding, --namespace-id and --namespace exclude each other",
                "give one of --binding NAME, --namespace-id ID, --namespace TITLE");
  }
  if (options.namespace_id) {
    if (!options.namespace_id->empty()) return *options.namespace_id;
    throw Error(ErrorKind::usage, "--namespace-id is empty", "give the id, 32 hex digits as a rule");
  }
  if (options.title) return id_of_title(context, options, *options.title);
  if (!context.project().config_file()) return id_of_title(context, options, *options.binding);
  const KvNamespaceBinding& binding = find_binding(context, *options.binding);
  if (auto id = configured_id(binding, options.preview, access)) return *id;
  return context.stores(options.state)
      .kv_namespaces()
      .id_of_binding(context.project().project().name, binding.binding);
}

std::unique_ptr<KvStore> open_namespace(Context& context, const NamespaceOptions& options, Access access) {
  const std::string id = resolve_namespace(context, options, access);
  return context.stores(options.state).kv().open(id);
}

namespace {

/// As the command line names it.
std::string name_of(const NamespaceOptions& options) {
  const auto& name = options.binding ? options.binding : options.title ? options.title : options.namespace_id;
  return shown(name.value_or(""));
}

}  // namespace

std::string place_for_question(Context& context, const NamespaceOptions& options) {
  const std::string owner = context.stores(options.state).kv_namespaces().owner();
  return owner.empty() ? owner : fmt::format(" in KV namespace {}{}", name_of(options), owner);
}

Error key_not_found(const NamespaceOptions& options, std::string_view key) {
  return {ErrorKind::not_found,
          fmt::format("no key \"{}\" in KV namespace {}", shown(key), name_of(options))};
}

}  // namespace corral::kv

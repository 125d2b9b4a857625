#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/hashing.hpp"
#include "backends/text.hpp"
#include "commands/arguments.hpp"
#include "commands/json_text.hpp"
#include "commands/kv/commands.hpp"
#include "commands/state_options.hpp"

namespace corral::kv {

namespace {

constexpr std::size_t max_title_bytes = 512;

struct Options {
  StateOptions state;
  std::string name;
  bool preview = false;
  bool update_config = false;
  bool use_remote = false;
  std::optional<std::string> binding;
  std::optional<std::string> jurisdiction;
  std::optional<std::string> mode;
};

/// A name made a binding as wrangler makes it: a JavaScript identifier, other characters left out, '-' as
/// '_'.
std::string binding_of(std::string_view name) {
  std::string binding;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
    const bool digit = c >= '0' && c <= '9';
    if (digit && binding.empty()) binding += '_';
    if (letter || digit) binding += c;
    if (c == '-') binding += '_';
  }
  return binding.empty() ? "KV" : binding;
}

nlohmann::ordered_json config_snippet(const std::vector<BindingField>& fields) {
  nlohmann::ordered_json entry;
  for (const BindingField& field : fields) {
    if (field.kind == BindingField::Kind::boolean) {
      entry[field.name] = field.value == "true";
    } else {
      entry[field.name] = field.value;
    }
  }
  nlohmann::ordered_json snippet;
  snippet["kv_namespaces"] = nlohmann::ordered_json::array({entry});
  return snippet;
}

void run(const Options& options, Context& context) {
  if (options.name.empty() || !is_utf8(options.name) || options.name.size() > max_title_bytes) {
    throw Error(ErrorKind::usage,
                fmt::format("a namespace's name is text of 1 to {} bytes", max_title_bytes));
  }
  const std::string& environment = context.project().project().environment;
  Resource resource;
  resource.kind = ResourceKind::kv_namespace;
  resource.id = random_hex(16);
  resource.name =
      (environment.empty() ? "" : environment + "-") + options.name + (options.preview ? "_preview" : "");
  resource.created_at = context.clock().now();
  nlohmann::ordered_json settings = nlohmann::ordered_json::object();
  if (options.jurisdiction) settings["jurisdiction"] = *options.jurisdiction;
  if (options.mode) settings["mode"] = *options.mode;
  resource.settings = json_text(settings, 0);
  const std::string binding = options.binding.value_or(binding_of(options.name));
  std::vector<BindingField> fields = {{"binding", binding},
                                      {options.preview ? "preview_id" : "id", resource.id}};
  if (options.use_remote) fields.push_back({"remote", "true", BindingField::Kind::boolean});
  Registry& registry = context.stores(options.state).registry();
  registry.add(resource);
  if (options.update_config) {
    try {
      context.project().add_binding("kv_namespaces", fields);
    } catch (...) {
      registry.remove(resource.kind, resource.id);
      throw;
    }
  }
  context.out().data(json_text(config_snippet(fields), 2) + "\n");
  context.out().note(
      fmt::format("made KV namespace \"{}\"{}", shown(resource.name),
                  options.update_config
                      ? " and added it to the config"
                      : fmt::format("; use it with --namespace {}, or add the lines above to the config",
                                    shown(resource.name))));
}

Run declare(CLI::App& app) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(app, "namespace", options->name, "Name of the new namespace"), "NAME"));
  add_flag(app, "--preview", options->preview, "Make the namespace that --preview uses");
  add_flag(app, "--update-config", options->update_config, "Add the binding to the config file");
  value_name(add_text(app, "--binding", options->binding, "Name of the binding (made from NAME)"), "NAME");
  value_name(add_text(app, "--jurisdiction", options->jurisdiction,
                      "Kept with the namespace; changes nothing locally"),
             "NAME");
  add_choice(app, "--experimental-mode,--x-mode", options->mode, {"instant"},
             "Kept with the namespace; changes nothing locally");
  add_flag(app, "--use-remote", options->use_remote, "Add \"remote\": true to the binding, for wrangler");
  add_state_options(app, options->state);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command namespace_create() {
  return {
      .names = {"create"},
      .summary = "Make a namespace and print the lines for the config",
      .examples = {"corral kv namespace create CACHE", "corral kv namespace create CACHE --update-config"},
      .declare = declare};
}

}  // namespace corral::kv

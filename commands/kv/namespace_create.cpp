#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/kv_namespaces.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/new_binding.hpp"
#include "commands/command/state_options.hpp"
#include "commands/kv/commands.hpp"

namespace corral::kv {

namespace {

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

void run(const Options& options, Context& context) {
  if (options.jurisdiction && options.mode)
    throw Error(ErrorKind::usage, "--jurisdiction and --experimental-mode exclude each other");
  check_new_name(options.name, max_title_bytes, "a namespace's name");
  const bool update_config = adds_to_config(context, options.update_config, options.binding);
  const std::string& environment = context.project().project().environment;
  KvNamespaces& namespaces = context.stores(options.state).kv_namespaces();
  const KvNamespace made = namespaces.create({.title = (environment.empty() ? "" : environment + "-") +
                                                       options.name + (options.preview ? "_preview" : ""),
                                              .jurisdiction = options.jurisdiction,
                                              .mode = options.mode});
  std::vector<BindingField> fields = {
      {"binding", options.binding.value_or(binding_of_name(options.name, "KV"))},
      {options.preview ? "preview_id" : "id", made.id}};
  if (options.use_remote) fields.push_back({"remote", "true", BindingField::Kind::boolean});
  introduce(context,
            {.kind = ResourceKind::kv_namespace,
             .name = made.title,
             .config_array = "kv_namespaces",
             .binding = std::move(fields),
             .update_config = update_config,
             .flag = "--namespace "},
            [&] { namespaces.remove(made.id); });
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "namespace", options->name, "Name of the new namespace"), "NAME"));
  add_flag(arguments, "--preview", options->preview, "Create the namespace that --preview uses");
  add_flag(arguments, "--update-config", options->update_config,
           "Add the binding to the config file, under a name derived from NAME");
  value_name(add_text(arguments, "--binding", options->binding,
                      "Add the binding to the config file under this name"),
             "NAME");
  value_name(add_text(arguments, "--jurisdiction", options->jurisdiction,
                      "Stored with the namespace; no local effect"),
             "NAME");
  add_choice(arguments, "--experimental-mode,--x-mode", options->mode, {"instant"},
             "Stored with the namespace; no local effect");
  add_flag(arguments, "--use-remote", options->use_remote,
           "Add \"remote\": true to the binding, for wrangler");
  add_kv_state_options(arguments, options->state);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command namespace_create() {
  return {
      .names = {"create"},
      .summary = "Create a namespace and print its config entry",
      .examples = {"corral kv namespace create CACHE", "corral kv namespace create CACHE --update-config"},
      .declare = declare};
}

}  // namespace corral::kv

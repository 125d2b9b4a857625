#include "commands/command/new_binding.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/unknown_outcome.hpp"
#include "commands/command/context.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral {

namespace {

Json config_snippet(const NewEntry& made) {
  Json entry;
  for (const BindingField& field : made.binding) {
    if (field.kind == BindingField::Kind::boolean) {
      entry[field.name] = field.value == "true";
    } else {
      entry[field.name] = field.value;
    }
  }
  Json snippet = Json::array({entry});
  for (std::string_view path = made.config_array; !path.empty();) {
    const std::size_t dot = path.rfind('.');
    const std::size_t name = dot == std::string_view::npos ? 0 : dot + 1;
    snippet = Json{{std::string(path.substr(name)), std::move(snippet)}};
    path = path.substr(0, name == 0 ? 0 : dot);
  }
  return snippet;
}

}  // namespace

std::string binding_of_name(std::string_view name, std::string_view fallback) {
  std::string binding;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    const bool separator = c == '_' || c == '-' || c == ' ' || (c >= '\t' && c <= '\r');
    if (digit && binding.empty()) binding += '_';
    if (letter || digit) binding += c;
    if (separator && !binding.ends_with('_')) binding += '_';
  }
  return binding.empty() || binding == "_" ? std::string(fallback) : binding;
}

bool adds_to_config(Context& context, bool update_config, const std::optional<std::string>& binding) {
  const bool has_config = context.project().config_file().has_value();
  if (update_config && !has_config) {
    throw Error(ErrorKind::not_found, "there is no wrangler config to update",
                "make a wrangler.jsonc, or leave --update-config out");
  }
  return has_config && (update_config || binding);
}

void check_new_name(std::string_view name, std::size_t most, std::string_view what) {
  const bool printable = std::all_of(name.begin(), name.end(), [](unsigned char c) { return c >= ' '; });
  if (!name.empty() && name.size() <= most && is_utf8(name) && printable) return;
  throw Error(ErrorKind::usage, fmt::format("{} is text of 1 to {} bytes", what, most));
}

namespace {

/// What happened to the config: " and added it to the config".
std::string config_words(const std::vector<BindingField>& before) {
  if (before.empty()) return " and added it to the config";
  std::string old;
  for (const BindingField& field : before) {
    old += fmt::format("{}{} \"{}\"", old.empty() ? "" : ", ", field.name, shown(field.value));
  }
  return fmt::format(" and gave it to the binding of the config, in place of {}", old);
}

}  // namespace

void introduce(Context& context, const NewEntry& entry, const std::function<void()>& undo) {
  std::string words;
  if (entry.update_config) {
    try {
      words = config_words(context.project().put_binding(entry.config_array, entry.binding));
    } catch (const UnknownOutcome&) {
      throw;  // the config may already reference it
    } catch (...) {
      undo();
      throw;
    }
  } else {
    words =
        fmt::format("; use it as {}{}, or add the lines above to the config", entry.flag, shown(entry.name));
  }
  context.out().data(json_text(config_snippet(entry), 2) + "\n");
  context.out().note(fmt::format("created {} \"{}\"{}", label_of(entry.kind), shown(entry.name), words));
}

void make_resource(Context& context, Registry& registry, const NewResource& made) {
  registry.add(made.resource);
  introduce(context,
            {.kind = made.resource.kind,
             .name = made.resource.name,
             .config_array = made.config_array,
             .binding = made.binding,
             .update_config = made.update_config,
             .flag = made.flag},
            [&] { registry.remove(made.resource.kind, made.resource.id); });
}

}  // namespace corral

#include "commands/durable_objects/target.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/config_check.hpp"
#include "commands/command/other_environments.hpp"

namespace corral::durable_objects {

void add_class_options(Arguments& arguments, ClassOptions& options, Reach reach) {
  required(value_name(add_text(arguments, "class", options.name, "The class, or its binding"), "CLASS"));
  value_name(
      add_text(arguments, "--script", options.script, "Script that defines the class, if it is another one"),
      "NAME");
  add_state_options(arguments, options.state, reach);
}

void add_object_options(Arguments& arguments, ObjectOptions& options) {
  required(value_name(add_text(arguments, "class", options.of.name, "The class, or its binding"), "CLASS"));
  value_name(
      add_text(arguments, "object", options.object, "Object id, or a unique prefix of it; or use --name"),
      "OBJECT");
  value_name(add_text(arguments, "--name", options.name, "The object's name, instead of its id"), "NAME");
  value_name(add_text(arguments, "--script", options.of.script,
                      "Script that defines the class, if it is another one"),
             "NAME");
  add_state_options(arguments, options.of.state);
}

void take_words(ObjectOptions& options, std::initializer_list<std::optional<std::string>*> words) {
  if (!options.name || !options.object) return;
  std::optional<std::string> word = std::exchange(options.object, std::nullopt);
  for (std::optional<std::string>* const place : words) std::swap(word, *place);
  if (word) {
    throw Error(ErrorKind::usage, fmt::format("\"{}\" is one word too many", shown(*word)),
                "with --name the object's id is left out");
  }
}

namespace {

KnownClass& entry(std::vector<KnownClass>& classes, const DurableClass& of) {
  const auto found =
      std::find_if(classes.begin(), classes.end(), [&](const KnownClass& one) { return one.of == of; });
  if (found != classes.end()) return *found;
  classes.push_back({.of = of});
  return classes.back();
}

void add_migrations(std::vector<KnownClass>& classes, const Project& project, const std::string& script) {
  const auto add = [&](const std::string& name) -> KnownClass& {
    KnownClass& one = entry(classes, {script, name});
    one.in_config = true;
    one.remark.clear();
    return one;
  };
  for (const DurableObjectMigration& migration : project.durable_object_migrations) {
    for (const std::string& name : migration.new_classes) add(name);
    for (const std::string& name : migration.new_sqlite_classes) add(name);
    for (const RenamedClass& renamed : migration.renamed_classes) {
      add(renamed.to);
      add(renamed.from).remark = fmt::format("renamed to {}", renamed.to);
    }
    for (const std::string& name : migration.deleted_classes) add(name).remark = "deleted";
  }
}

}  // namespace

std::vector<KnownClass> known_classes(Context& context, const StateOptions& state) {
  std::vector<KnownClass> classes;
  DurableObjectBackend& backend = context.stores(state).durable_objects();
  const std::vector<DurableClass> stored = backend.stored_classes();
  if (context.project().config_file()) {
    const Project& project = require_section(context, ConfigSection::durable_objects);
    const std::string script = project.name.value_or("");
    for (const DurableObjectBinding& binding : project.durable_objects) {
      DurableClass of{binding.script_name.value_or(script), binding.class_name};
      if (binding.script_name && binding.environment) {
        // An environment of another script is a script of its own, if it was ever run.
        const DurableClass own{fmt::format("{}-{}", *binding.script_name, *binding.environment), of.name};
        if (std::find(stored.begin(), stored.end(), own) != stored.end()) of = own;
      }
      KnownClass& one = entry(classes, of);
      one.in_config = true;
      one.bindings.push_back(binding.name);
    }
    add_migrations(classes, project, script);
    // Renamed or deleted classes are listed only if they still have data.
    std::erase_if(classes, [&](const KnownClass& one) {
      return !one.remark.empty() && std::find(stored.begin(), stored.end(), one.of) == stored.end();
    });
  }
  for (const DurableClass& of : stored) entry(classes, of).stored = true;
  // What the config says makes no class in an account: a deployment does.
  if (!backend.reads_content()) std::erase_if(classes, [](const KnownClass& one) { return !one.stored; });
  return classes;
}

namespace {

/// A script without a name gets a new one at each start of `wrangler dev`.
bool is_nameless(const KnownClass& one) {
  return one.of.script.empty();
}

/// Whether a config has a binding or a class of this name.
bool names_class(const Project& project, const std::string& name) {
  return std::any_of(
      project.durable_objects.begin(), project.durable_objects.end(),
      [&](const DurableObjectBinding& one) { return one.name == name || one.class_name == name; });
}

Error not_found(Context& context, const std::vector<KnownClass>& classes, const std::string& name) {
  std::string known;
  for (const KnownClass& one : classes) {
    known += fmt::format("{}{}", known.empty() ? "" : ", ",
                         shown(is_nameless(one) ? one.of.name : one.of.script + "-" + one.of.name));
  }
  return {ErrorKind::not_found,
          fmt::format("no Durable Object class \"{}\" in the config or on disk; there {}", shown(name),
                      known.empty() ? "are none" : "are: " + known),
          hint_of_environments(
              context, [&](const Project& other) { return names_class(other, name); },
              "a class of another script can be named with --script")};
}

}  // namespace

DurableClass find_class(Context& context, const ClassOptions& options) {
  if (options.script) return {*options.script, options.name};
  const std::vector<KnownClass> classes = known_classes(context, options.state);
  std::vector<const KnownClass*> found;
  const auto search = [&](auto&& matches) {
    if (!found.empty()) return;
    for (const KnownClass& one : classes) {
      if (!is_nameless(one) && matches(one)) found.push_back(&one);
    }
  };
  const std::string& name = options.name;
  search([&](const KnownClass& one) {
    const bool is_bound = std::find(one.bindings.begin(), one.bindings.end(), name) != one.bindings.end();
    return one.in_config && (one.of.name == name || is_bound);
  });
  search([&](const KnownClass& one) { return one.of.name == name; });
  search([&](const KnownClass& one) { return one.of.script + "-" + one.of.name == name; });
  if (found.empty()) {
    // A binding of an unnamed script: the class is known, the script only from what is on disk.
    for (const KnownClass& nameless : classes) {
      const auto& bindings = nameless.bindings;
      if (!is_nameless(nameless) || std::find(bindings.begin(), bindings.end(), name) == bindings.end())
        continue;
      search([&](const KnownClass& one) { return one.of.name == nameless.of.name; });
    }
  }
  if (found.empty()) throw not_found(context, classes, name);
  if (found.size() > 1) {
    std::string scripts;
    for (const KnownClass* const one : found)
      scripts += fmt::format("{}{}", scripts.empty() ? "" : ", ", shown(one->of.script));
    throw Error(ErrorKind::conflict,
                fmt::format("several scripts have a class \"{}\": {}", shown(name), scripts),
                "name one with --script");
  }
  return found.front()->of;
}

namespace {

std::string id_that_starts(DurableObjectBackend& backend, const DurableClass& of, const std::string& start) {
  std::string lower = ascii_lower(start);
  const bool is_hexadecimal =
      !lower.empty() && lower.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (is_hexadecimal && is_object_id(lower)) return lower;
  const std::vector<std::string> ids = is_hexadecimal ? backend.ids(of, lower) : std::vector<std::string>();
  if (ids.size() == 1) return ids.front();
  if (ids.size() > 1) {
    throw Error(
        ErrorKind::conflict,
        fmt::format("{} objects of {} have ids that start with {}", ids.size(), shown(of.name), lower),
        fmt::format("give more of it: {:.16} or {:.16}", ids[0], ids[1]));
  }
  const bool is_name = backend.open(of, backend.id_of(of, start))->is_stored();
  throw Error(ErrorKind::not_found,
              fmt::format("no object of {} has an id that starts with \"{}\"", shown(of.name), shown(start)),
              is_name ? fmt::format("there is one of this name: --name '{}'", shown(start))
                      : fmt::format("'corral do list {}' shows those there are", shown(of.name)));
}

}  // namespace

std::unique_ptr<DurableObject> open_object(Context& context, const ObjectOptions& options, Access access) {
  if (options.name.has_value() == options.object.has_value()) {
    throw Error(ErrorKind::usage,
                options.name ? "an id and --name exclude each other" : "no object was named",
                "give its id or the start of it, or --name NAME");
  }
  const DurableClass of = find_class(context, options.of);
  DurableObjectBackend& backend = context.stores(options.of.state).durable_objects();
  const std::string id =
      options.name ? backend.id_of(of, *options.name) : id_that_starts(backend, of, *options.object);
  auto object = backend.open(of, id, options.name);
  if (access == Access::read && !object->is_stored()) {
    throw Error(ErrorKind::not_found, fmt::format("{} is not stored here", described(options, *object)),
                fmt::format("'corral do list {}' shows those that are", shown(of.name)));
  }
  return object;
}

std::string described(const ObjectOptions& options, const DurableObject& object) {
  return fmt::format("object {} of {}",
                     options.name ? fmt::format("\"{}\"", shown(*options.name)) : object.id(),
                     shown(options.of.name));
}

void add_range_options(Arguments& arguments, RangeOptions& options) {
  value_name(add_text(arguments, "--prefix", options.prefix, "Only keys that start with this"), "TEXT");
  value_name(add_text(arguments, "--start", options.start, "Only this key and those after it"), "KEY");
  value_name(add_text(arguments, "--end", options.end, "Only keys before this one"), "KEY");
}

}  // namespace corral::durable_objects

#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands/command/context.hpp"

namespace corral {
class Arguments;
}

namespace corral::durable_objects {

/// How a command line names a class.
struct ClassOptions {
  std::string name;                   ///< of the class or its binding, or SCRIPT-CLASS
  std::optional<std::string> script;  ///< --script
  StateOptions state;
};

/// How it names an object of it.
struct ObjectOptions {
  ClassOptions of;
  std::optional<std::string> object;  ///< an id, or the start of one
  std::optional<std::string> name;    ///< --name
};

/// Adds the positional "class", --script and the state options.
void add_class_options(Arguments& arguments, ClassOptions& options);

/// Adds the positionals "class" and "object", --name, and the rest of add_class_options. Positionals that
/// follow must be optional texts: `take_words` gives them what was typed.
void add_object_options(Arguments& arguments, ObjectOptions& options);

/// With --name no id stands before the other words: moves each word one place on. Throws usage for a word too
/// many.
void take_words(ObjectOptions& options, std::initializer_list<std::optional<std::string>*> words);

/// A class that the config or the disk knows.
struct KnownClass {
  DurableClass of;  ///< the script is empty if the config has no name
  std::vector<std::string> bindings = {};
  bool in_config = false;
  bool stored = false;
  std::string remark = {};  ///< what its migrations say of it: "renamed to Counter", "deleted"
};

/// Those of the config first, in its order.
std::vector<KnownClass> known_classes(Context& context, const StateOptions& state);

/// The class that the options name: by --script, a binding or class of the config, SCRIPT-CLASS, or a class
/// that only the disk knows. Throws not_found, naming those there are; conflict if several scripts have it.
DurableClass find_class(Context& context, const ClassOptions& options);

enum class Access { read, write };

/// The object that the options name. Throws not_found for one that is not stored, unless it is opened for
/// writing by its name or whole id; conflict for the start of several ids.
std::unique_ptr<DurableObject> open_object(Context& context, const ObjectOptions& options, Access access);

/// How messages name it: `object "alpha" of Counter`.
std::string described(const ObjectOptions& options, const DurableObject& object);

/// How a command line names a range of keys, as a Worker's storage.list() does.
struct RangeOptions {
  std::optional<std::string> prefix;
  std::optional<std::string> start;
  std::optional<std::string> end;

  [[nodiscard]] bool is_given() const { return prefix || start || end; }
  [[nodiscard]] StorageRange range() const {
    return {.prefix = prefix.value_or(""), .start = start, .end = end};
  }
};

/// Adds --prefix, --start and --end.
void add_range_options(Arguments& arguments, RangeOptions& options);

}  // namespace corral::durable_objects

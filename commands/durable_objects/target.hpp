#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands/command/context.hpp"
#include "commands/command/state_options.hpp"

namespace corral {
class Arguments;
}

namespace corral::durable_objects {

/// The class that a command line refers to.
struct ClassOptions {
  std::string name;                   ///< the class name, its binding, or SCRIPT-CLASS
  std::optional<std::string> script;  ///< --script
  StateOptions state;
};

/// The object of a class that a command line refers to.
struct ObjectOptions {
  ClassOptions of;
  std::optional<std::string> object;  ///< an id, or a prefix of one
  std::optional<std::string> name;    ///< --name
};

/// Adds the positional "class", --script and the state options.
void add_class_options(Arguments& arguments, ClassOptions& options, Reach reach = Reach::state_folder);

/// Adds the positionals "class" and "object", --name, and the rest of add_class_options. Any further
/// positionals must be optional strings: `take_words` assigns them.
void add_object_options(Arguments& arguments, ObjectOptions& options);

/// With --name there is no id: shifts each positional by one. Throws usage for one too many.
void take_words(ObjectOptions& options, std::initializer_list<std::optional<std::string>*> words);

/// A class found in the config or on disk.
struct KnownClass {
  DurableClass of;  ///< the script is empty if the config has no name
  std::vector<std::string> bindings = {};
  bool in_config = false;
  bool stored = false;
  std::string remark = {};  ///< from its migrations: "renamed to Counter", "deleted"
};

/// All known classes, those in the config first and in its order; of an account, those that it has.
std::vector<KnownClass> known_classes(Context& context, const StateOptions& state);

/// Finds the class that the options refer to: by --script, a binding or class in the config, SCRIPT-CLASS, or
/// a class found only on disk. Throws not_found, listing the known ones; conflict if several scripts have it.
DurableClass find_class(Context& context, const ClassOptions& options);

enum class Access { read, write };

/// Finds the object that the options refer to. Throws not_found for one that is not stored, unless it is
/// opened for writing by its name or full id; conflict for an ambiguous id prefix.
std::unique_ptr<DurableObject> open_object(Context& context, const ObjectOptions& options, Access access);

/// How messages refer to it: `object "alpha" of Counter`.
std::string described(const ObjectOptions& options, const DurableObject& object);

/// A range of keys on a command line, like the options of a Worker's storage.list().
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

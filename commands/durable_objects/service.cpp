#include "commands/durable_objects/commands.hpp"

namespace corral::durable_objects {

namespace {

std::vector<Command> namespace_commands() {
  return {namespace_list()};
}

std::vector<Command> storage_commands() {
  return {storage_get(), storage_put(), storage_delete(), storage_list()};
}

std::vector<Command> alarm_commands() {
  return {alarm_get(), alarm_set(), alarm_delete()};
}

std::vector<Command> commands() {
  return {
      {.names = {"namespace"},
       .silent_names = {"namespaces"},
       .summary = "The classes of the config and on disk",
       .children = namespace_commands},
      list(),
      id(),
      info(),
      {.names = {"storage"},
       .summary = "What storage.put stored: JavaScript values as JSON",
       .children = storage_commands},
      sql(),
      path(),
      export_object(),
      copy(),
      delete_object(),
      {.names = {"alarm"}, .summary = "When an object is woken", .children = alarm_commands},
  };
}

}  // namespace

Command service() {
  return {.names = {"do", "durable-objects"},
          .summary = "Durable Objects: look inside, and mend",
          .children = commands};
}

}  // namespace corral::durable_objects

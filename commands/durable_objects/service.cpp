#include "commands/durable_objects/commands.hpp"

namespace corral::durable_objects {

// Each command is declared and implemented in the file of the same name.
Command namespace_list();
Command list();
Command id();
Command info();
Command storage_get();
Command storage_put();
Command storage_delete();
Command storage_list();
Command sql();
Command path();
Command export_object();
Command copy();
Command delete_object();
Command alarm_get();
Command alarm_set();
Command alarm_delete();

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
       .summary = "Durable Object classes",
       .children = namespace_commands},
      list(),
      id(),
      info(),
      {.names = {"storage"},
       .summary = "Values stored with storage.put, as JSON",
       .children = storage_commands},
      sql(),
      path(),
      export_object(),
      copy(),
      delete_object(),
      {.names = {"alarm"}, .summary = "Alarms of objects", .children = alarm_commands},
  };
}

}  // namespace

Command service() {
  return {.names = {"do", "durable-objects"},
          .summary = "Durable Objects: inspect and repair their storage",
          .children = commands};
}

}  // namespace corral::durable_objects

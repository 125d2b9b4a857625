#include "commands/kv/commands.hpp"

namespace corral::kv {

// Each command is declared and implemented in the file of the same name.
Command namespace_create();
Command namespace_list();
Command namespace_info();
Command namespace_delete();
Command namespace_rename();

Command key_put();
Command key_get();
Command key_list();
Command key_info();
Command key_delete();
Command key_copy();
Command key_rename();

Command bulk_put();
Command bulk_get();
Command bulk_delete();

namespace {

std::vector<Command> namespace_commands() {
  return {namespace_create(), namespace_list(), namespace_info(), namespace_delete(), namespace_rename()};
}

std::vector<Command> key_commands() {
  return {key_put(), key_get(), key_list(), key_info(), key_delete(), key_copy(), key_rename()};
}

std::vector<Command> bulk_commands() {
  return {bulk_put(), bulk_get(), bulk_delete()};
}

std::vector<Command> groups() {
  return {
      {.names = {"namespace"},
       .silent_names = {"namespaces"},
       .summary = "Create, list and delete KV namespaces",
       .children = namespace_commands},
      {.names = {"key"},
       .silent_names = {"keys"},
       .summary = "Read and write single keys",
       .children = key_commands},
      {.names = {"bulk"}, .summary = "Read and write many keys at once", .children = bulk_commands},
  };
}

}  // namespace

Command service() {
  return {.names = {"kv"}, .summary = "Workers KV: keys and values", .children = groups};
}

}  // namespace corral::kv

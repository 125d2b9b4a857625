#pragma once

#include <vector>

#include "commands/command/command.hpp"

namespace corral::durable_objects {

/// `corral do`. Each command below is declared and run in the file of its name.
Command service();

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

/// The completions of the positionals "class", "object" and "key", and of --name.
std::vector<LiveValues> class_values();
std::vector<LiveValues> object_values();
std::vector<LiveValues> key_values();

}  // namespace corral::durable_objects

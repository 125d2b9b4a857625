#pragma once

#include <vector>

#include "commands/command/command.hpp"

namespace corral::kv {

/// `corral kv`. Each command below is declared and run in the file of its name.
Command service();

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

/// The completions of --binding, --namespace-id and --namespace; and of the positional "key" besides.
std::vector<LiveValues> namespace_values();
std::vector<LiveValues> namespace_and_key_values();

}  // namespace corral::kv

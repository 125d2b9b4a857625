#pragma once

#include <vector>

#include "commands/command/command.hpp"

namespace corral::r2 {

/// `corral r2`. Each command below is declared and run in the file of its name.
Command service();

Command bucket_create();
Command bucket_list();
Command bucket_info();
Command bucket_delete();
Command bucket_update_storage_class();

/// The settings of a bucket, each group in the file of its name; dev-url and local-uploads in
/// bucket_toggles.cpp.
std::vector<Command> lifecycle_commands();
std::vector<Command> lock_commands();
std::vector<Command> cors_commands();
std::vector<Command> notification_commands();
std::vector<Command> domain_commands();
std::vector<Command> dev_url_commands();
std::vector<Command> sippy_commands();
std::vector<Command> local_uploads_commands();
Command lifecycle_run();  ///< bucket_lifecycle_run.cpp

Command object_put();
Command object_get();
Command object_list();
Command object_head();
Command object_copy();
Command object_move();
Command object_delete();

Command bulk_put();
Command sync();
Command usage();

/// multipart.cpp
Command multipart_list();
Command multipart_abort();

/// The completions of the positionals "bucket" and "name"; and of "objectPath", "from" and "to".
std::vector<LiveValues> bucket_values();
std::vector<LiveValues> object_values();

}  // namespace corral::r2

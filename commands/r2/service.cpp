#include "commands/r2/commands.hpp"

namespace corral::r2 {

// Each command is declared and implemented in the file of the same name.
Command bucket_create();
Command bucket_list();
Command bucket_info();
Command bucket_delete();
Command bucket_update_storage_class();

// The settings of a bucket, each group in the file of the same name; dev-url and local-uploads in
// bucket_toggles.cpp.
std::vector<Command> lifecycle_commands();
std::vector<Command> lock_commands();
std::vector<Command> cors_commands();
std::vector<Command> notification_commands();
std::vector<Command> domain_commands();
std::vector<Command> dev_url_commands();
std::vector<Command> sippy_commands();
std::vector<Command> local_uploads_commands();

Command object_put();
Command object_get();
Command object_list();
Command object_head();
Command object_copy();
Command object_move();
Command object_delete();
Command object_presign();

Command bulk_put();
Command sync();
Command usage();

// key.cpp
std::vector<Command> key_commands();

// multipart.cpp
Command multipart_list();
Command multipart_abort();

namespace {

std::vector<Command> update_commands() {
  return {bucket_update_storage_class()};
}

std::vector<Command> bucket_commands() {
  return {bucket_create(),
          bucket_list(),
          bucket_info(),
          bucket_delete(),
          {.names = {"update"}, .summary = "Change a bucket", .children = update_commands},
          {.names = {"lifecycle"},
           .summary = "Rules for expiring objects and aborting uploads",
           .children = lifecycle_commands},
          {.names = {"lock"},
           .summary = "Rules that protect objects from being overwritten or deleted",
           .children = lock_commands},
          {.names = {"cors"},
           .summary = "Origins that may access a bucket from a browser",
           .children = cors_commands},
          {.names = {"notification"},
           .summary = "Which queues get events about changes",
           .children = notification_commands},
          {.names = {"domain"}, .summary = "Custom domains of a bucket", .children = domain_commands},
          {.names = {"dev-url"},
           .summary = "The public r2.dev address of a bucket",
           .children = dev_url_commands},
          {.names = {"sippy"},
           .summary = "Incremental migration from another provider",
           .children = sippy_commands},
          {.names = {"local-uploads"},
           .summary = "Uploads stored near the client first",
           .children = local_uploads_commands}};
}

std::vector<Command> object_commands() {
  return {object_put(),  object_get(),  object_list(),   object_head(),
          object_copy(), object_move(), object_delete(), object_presign()};
}

std::vector<Command> bulk_commands() {
  return {bulk_put()};
}

std::vector<Command> multipart_commands() {
  return {multipart_list(), multipart_abort()};
}

std::vector<Command> groups() {
  return {
      {.names = {"bucket"},
       .silent_names = {"buckets"},
       .summary = "Create, list, configure and delete buckets",
       .children = bucket_commands},
      {.names = {"object"},
       .silent_names = {"objects"},
       .summary = "Read and write objects",
       .children = object_commands},
      {.names = {"bulk"}, .summary = "Write many objects at once", .children = bulk_commands},
      sync(),
      usage(),
      {.names = {"multipart"},
       .summary = "Multipart uploads that were never completed",
       .children = multipart_commands},
      {.names = {"key"}, .summary = "Keys of the S3 endpoint of 'corral serve'", .children = key_commands},
  };
}

}  // namespace

Command service() {
  return {.names = {"r2"}, .summary = "R2: buckets and objects", .children = groups};
}

}  // namespace corral::r2

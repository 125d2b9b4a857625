#include "commands/r2/commands.hpp"

namespace corral::r2 {

namespace {

std::vector<Command> update_commands() {
  return {bucket_update_storage_class()};
}

std::vector<Command> bucket_commands() {
  return {
      bucket_create(),
      bucket_list(),
      bucket_info(),
      bucket_delete(),
      {.names = {"update"}, .summary = "Change a bucket", .children = update_commands},
      {.names = {"lifecycle"},
       .summary = "When objects expire and uploads are aborted",
       .children = lifecycle_commands},
      {.names = {"lock"},
       .summary = "Which objects cannot be overwritten or deleted",
       .children = lock_commands},
      {.names = {"cors"}, .summary = "Which web sites may use a bucket", .children = cors_commands},
      {.names = {"notification"},
       .summary = "Which queues are told of changes",
       .children = notification_commands},
      {.names = {"domain"}, .summary = "Domains that a bucket answers at", .children = domain_commands},
      {.names = {"dev-url"},
       .summary = "The public r2.dev address of a bucket",
       .children = dev_url_commands},
      {.names = {"sippy"}, .summary = "Filling a bucket from another provider", .children = sippy_commands},
      {.names = {"local-uploads"}, .summary = "Uploads near the client", .children = local_uploads_commands}};
}

std::vector<Command> object_commands() {
  return {object_put(),  object_get(),  object_list(),  object_head(),
          object_copy(), object_move(), object_delete()};
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
       .summary = "Make, list, configure and remove buckets",
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
  };
}

}  // namespace

Command service() {
  return {.names = {"r2"}, .summary = "R2: buckets and objects", .children = groups};
}

}  // namespace corral::r2

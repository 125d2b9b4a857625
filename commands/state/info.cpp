#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/corral_layout.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/platform/open_files.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/context.hpp"
#include "commands/command/state_options.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/known_resources.hpp"
#include "commands/text/field_list.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::state {

namespace {

namespace fs = std::filesystem;

struct Overview {
  std::string path;
  bool exists = false;
  std::uint64_t bytes = 0;      ///< all files, including those corral does not manage
  std::uint64_t own_bytes = 0;  ///< corral's own data: queues, registry, bookmarks, snapshots
  std::vector<KnownResource> resources;
  std::vector<platform::FileUser> users;
};

std::uint64_t bytes_below(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  nofollow::refuse_links(folder);
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code gone;
    if (!entry->is_symlink(gone) && entry->is_regular_file(gone)) bytes += entry->file_size(gone);
  }
  return bytes;
}

/// Adds the size of a KV namespace that has no file of its own, as with `--backend lmdb`.
void weigh(KnownResource& resource, Context& context, const StateOptions& options) {
  if (!resource.file.file.empty()) {
    resource.bytes = resource.file.file_bytes + resource.file.values_bytes;
    return;
  }
  if (resource.service != "kv") return;
  for (const auto& [name, backend] : context.stores(options).kv_backends()) {
    if (name == kv_backend_names.front()) continue;
    const KvStats stats = backend->open(resource.id)->stats(context.clock().now(), 0);
    resource.bytes += stats.bytes;
    resource.file.values += stats.keys;
  }
}

/// Whether the service has values to count: all but databases and queues.
bool has_values(const KnownResource& resource) {
  return !resource.file.blobs.empty() || (resource.service == "kv" && resource.file.file.empty());
}

Overview look(Context& context, const StateOptions& options) {
  Overview overview;
  const fs::path& root = context.stores(options).state_root();
  overview.path = root.native();
  overview.exists = nofollow::status(root / "v3").has_value();
  if (!overview.exists) return overview;
  overview.resources = stored_resources(context, options);
  for (KnownResource& resource : overview.resources) weigh(resource, context, options);
  overview.users = platform::users_of(root);
  overview.bytes = bytes_below(root);
  overview.own_bytes = bytes_below(CorralLayout(root).root());
  return overview;
}

Json as_json(const KnownResource& resource) {
  Json json;
  json["service"] = resource.service;
  json["name"] = resource.names.front();
  if (!resource.id.empty()) json["id"] = resource.id;
  if (!resource.file.file.empty()) json["file"] = resource.file.file.native();
  json["bytes"] = resource.bytes;
  if (has_values(resource)) json["values"] = resource.file.values;
  if (resource.service == "queues") json["messages"] = resource.messages;
  return json;
}

void print_json(const Overview& overview, Output& out) {
  Json json;
  json["path"] = overview.path;
  json["exists"] = overview.exists;
  json["bytes"] = overview.bytes;
  json["corral_bytes"] = overview.own_bytes;
  json["resources"] = Json::array();
  for (const KnownResource& resource : overview.resources) json["resources"].push_back(as_json(resource));
  json["open_by"] = Json::array();
  for (const platform::FileUser& user : overview.users) {
    json["open_by"].push_back({{"pid", user.pid},
                               {"program", user.program},
                               {"files", user.files.size()},
                               {"writing", user.is_writing}});
  }
  out.data(json_text(json, 2) + "\n");
}

void print_for_person(const Overview& overview, Output& out) {
  FieldList fields;
  fields.add("path", overview.path + (overview.exists ? "" : " (not there yet)"));
  fields.add("size", fmt::format("{}, of which {} are corral's own: queues, names, bookmarks, snapshots",
                                 readable_size(overview.bytes), readable_size(overview.own_bytes)));
  for (const platform::FileUser& user : overview.users) {
    fields.add("open by",
               fmt::format("{} (process {}), {} file{}{}", user.program, user.pid, user.files.size(),
                           user.files.size() == 1 ? "" : "s", user.is_writing ? ", writing now" : ""));
  }
  fields.print(out);
  if (overview.resources.empty()) return;
  Table table({{"service"}, {"name"}, {"size", Table::Align::right}, {"values", Table::Align::right}});
  for (const KnownResource& resource : overview.resources) {
    table.add({resource.service, resource.names.front(), readable_size(resource.bytes),
               resource.service == "queues" ? fmt::format("{} messages", resource.messages)
               : has_values(resource)       ? std::to_string(resource.file.values)
                                            : ""});
  }
  out.data("\n");
  table.print(out);
}

void run(const StateOptions& options, Context& context) {
  const Overview overview = look(context, options);
  if (context.out().for_person()) {
    print_for_person(overview, context.out());
  } else {
    print_json(overview, context.out());
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<StateOptions>();
  add_state_options(arguments, *options);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command info() {
  return {.names = {"info"},
          .summary = "Show where the local state is, its contents, and which processes use it",
          .examples = {"corral state info", "corral state info --json"},
          .declare = declare,
          .reads_only = true};
}

}  // namespace corral::state

// Keys of the S3 endpoint of `corral serve`.
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/access_keys.hpp"
#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/command/list_output.hpp"
#include "commands/command/state_options.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/target.hpp"
#include "commands/text/field_list.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::r2 {

namespace {

// As long as those of R2.
constexpr std::size_t id_bytes = 16;
constexpr std::size_t secret_bytes = 32;
constexpr std::size_t longest_name = 128;

struct CreateOptions {
  StateOptions state;
  std::string name;
  std::vector<std::string> buckets;
  bool read_only = false;
};

struct DeleteOptions {
  StateOptions state;
  std::string id;
  bool force = false;
};

Json described(const AccessKey& key) {
  Json json;
  json["accessKeyId"] = key.id;
  json["name"] = key.name;
  json["created"] = iso_time(key.created_at);
  json["readOnly"] = key.read_only;
  json["buckets"] = key.buckets;
  return json;
}

void create(const CreateOptions& options, Context& context) {
  if (options.name.size() > longest_name || !is_utf8(options.name))
    throw Error(ErrorKind::usage, fmt::format("the name of a key has at most {} bytes", longest_name));
  AccessKey key{.id = random_hex(id_bytes),
                .secret = random_hex(secret_bytes),
                .name = options.name,
                .created_at = context.clock().now(),
                .read_only = options.read_only,
                .buckets = {}};
  for (const std::string& bucket : options.buckets) key.buckets.push_back(resolve_bucket(context, bucket));
  context.stores(options.state).access_keys().add(key);
  Output& out = context.out();
  if (out.for_person()) {
    FieldList fields;
    fields.add("access key id:", key.id);
    fields.add("secret access key:", key.secret);
    fields.print(out);
  } else {
    Json json = described(key);
    json["secretAccessKey"] = key.secret;
    out.data(json_text(json, 2) + "\n");
  }
  out.note(
      "keep the secret, which no other command shows; clients also need the endpoint of 'corral serve' and "
      "region auto");
}

void list(const StateOptions& state, Context& context) {
  Table table({{"id"}, {"name"}, {"access"}, {"buckets"}, {"created (UTC)"}});
  Json json = Json::array();
  for (const AccessKey& key : context.stores(state).access_keys().list()) {
    table.add({key.id, key.name, key.read_only ? "read" : "read, write",
               key.buckets.empty() ? "all" : fmt::format("{}", fmt::join(key.buckets, ", ")),
               readable_time(key.created_at)});
    json.push_back(described(key));
  }
  print_list(context.out(), json, table, "no keys; make one with 'corral r2 key create'");
}

void remove(const DeleteOptions& options, Context& context) {
  AccessKeys& keys = context.stores(options.state).access_keys();
  const auto missing = [&] {
    return Error(ErrorKind::not_found, fmt::format("there is no key {}", shown(options.id)),
                 "'corral r2 key list' shows the keys");
  };
  if (!keys.find(options.id)) throw missing();
  confirm(context, fmt::format("Delete key {}? Clients that use it lose their access.", shown(options.id)),
          "--force", options.force);
  if (!keys.remove(options.id)) throw missing();
}

Run declare_create(Arguments& arguments) {
  auto options = std::make_shared<CreateOptions>();
  value_name(add_text(arguments, "--name", options->name, "What it is for; shown in lists"), "NAME");
  add_flag(arguments, "--read-only", options->read_only, "Refuse changes made with this key");
  value_name(add_texts(arguments, "--bucket", options->buckets, "Make the key good for this bucket only"),
             "BUCKET");
  add_state_options(arguments, options->state);
  return [options](Context& context) { create(*options, context); };
}

Run declare_list(Arguments& arguments) {
  auto state = std::make_shared<StateOptions>();
  add_state_options(arguments, *state);
  return [state](Context& context) { list(*state, context); };
}

Run declare_remove(Arguments& arguments) {
  auto options = std::make_shared<DeleteOptions>();
  required(value_name(add_text(arguments, "id", options->id, "The access key id"), "ID"));
  add_flag(arguments, "-y,--force", options->force, "Do not ask");
  add_state_options(arguments, options->state);
  return [options](Context& context) { remove(*options, context); };
}

}  // namespace

std::vector<Command> key_commands() {
  return {{.names = {"create"},
           .summary = "Create a key pair",
           .examples = {"corral r2 key create",
                        "corral r2 key create --name reports --read-only --bucket my-bucket"},
           .declare = declare_create},
          {.names = {"list"},
           .summary = "List the keys, without their secrets",
           .examples = {"corral r2 key list"},
           .declare = declare_list,
           .reads_only = true},
          {.names = {"delete"},
           .summary = "Delete a key",
           .examples = {"corral r2 key delete 0123456789abcdef0123456789abcdef --force"},
           .declare = declare_remove}};
}

}  // namespace corral::r2

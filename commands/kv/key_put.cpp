#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "commands/command/arguments.hpp"
#include "commands/kv/commands.hpp"
#include "commands/kv/expiry.hpp"
#include "commands/kv/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"

namespace corral::kv {

namespace {

struct Options {
  NamespaceOptions target;
  std::string key;
  std::optional<std::string> value;
  std::optional<std::string> path;
  std::optional<std::int64_t> ttl;
  std::optional<std::int64_t> expiration;
  std::optional<std::string> metadata;
  bool if_absent = false;
};

void run(const Options& options, Context& context) {
  KvEntry entry;
  entry.key = options.key;
  if (options.metadata) {
    const Json metadata = parse_json(*options.metadata, "--metadata");
    if (!metadata.is_object()) throw Error(ErrorKind::usage, "--metadata must be a JSON object");
    entry.metadata = json_text(metadata, 0);
  }
  if (options.value.has_value() == options.path.has_value()) {
    throw Error(ErrorKind::usage,
                options.value ? "a VALUE and --path exclude each other" : "no value was given",
                "give the value after the key, or --path FILE, or --path - for standard input");
  }
  entry.ttl_seconds = options.ttl;
  entry.expires_at_seconds = options.expiration;
  if (options.value) entry.form = KvForm::text;
  entry.expiration = expiry_of(options.ttl, options.expiration, context.clock().now());
  check_kv_entry(entry);
  const std::unique_ptr<KvStore> store = open_namespace(context, options.target, Access::write);

  const auto condition = options.if_absent ? KvStore::Condition::if_absent : KvStore::Condition::always;
  const auto put = [&](ByteSource& source) {
    return store->put(entry, source, condition, context.clock().now());
  };
  bool written = false;
  if (options.value) {
    MemorySource source(*options.value);
    written = put(source);
  } else if (*options.path == "-") {
    written = put(context.in().standard_input());
  } else {
    FileSource source(open_for_reading(*options.path), *options.path);
    written = put(source);
  }
  if (!written) {
    throw Error(ErrorKind::conflict, fmt::format("the key \"{}\" exists already", shown(options.key)),
                "nothing was written; leave --if-absent out to replace it");
  }
  if (context.out().for_person()) context.out().note(fmt::format("stored \"{}\"", shown(options.key)));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "key", options->key, "Key, 1 to 512 bytes of UTF-8"), "KEY"));
  value_name(add_text(arguments, "value", options->value, "Value; or use --path"), "VALUE");
  add_file(arguments, "--path", options->path, "Read the value from a file; - is standard input");
  value_name(add_integer(arguments, "--ttl", options->ttl, "Expire after this many seconds, at least 60"),
             "SECONDS");
  value_name(add_integer(arguments, "--expiration", options->expiration,
                         "Expire at this time, in seconds since 1970"),
             "TIME");
  value_name(add_text(arguments, "--metadata", options->metadata,
                      "Metadata of the key, a JSON object of at most 1024 bytes"),
             "JSON");
  add_flag(arguments, "--if-absent", options->if_absent, "Fail instead of replacing an existing key");
  add_namespace_options(arguments, options->target);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command key_put() {
  return {.names = {"put"},
          .summary = "Store a value under a key",
          .examples =
              {"corral kv key put greeting 'hello world' --binding CACHE",
               "corral kv key put logo --path logo.png --metadata '{\"type\":\"image/png\"}' --binding CACHE",
               "date | corral kv key put last-run --path - --ttl 3600 --binding CACHE"},
          .declare = declare,
          .live_values = namespace_and_key_values()};
}

}  // namespace corral::kv

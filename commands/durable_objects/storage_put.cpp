#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/utf8.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/v8/reader.hpp"
#include "backends/v8/writer.hpp"
#include "commands/command/arguments.hpp"
#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/extended_json/extended_json.hpp"
#include "commands/durable_objects/extended_json/stored_text.hpp"
#include "commands/durable_objects/target.hpp"

namespace corral::durable_objects {

namespace {

struct Options {
  ObjectOptions target;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::optional<std::string> path;
  bool text = false;
  bool raw = false;
};

constexpr std::uint64_t max_given_bytes = std::uint64_t{512} << 20U;

std::string given(const Options& options, Context& context) {
  if (options.value.has_value() == options.path.has_value()) {
    throw Error(ErrorKind::usage,
                options.value ? "a VALUE and --path exclude each other" : "no value was given",
                "give the value after the key, or --path FILE, or --path - for standard input");
  }
  if (options.value) return *options.value;
  if (*options.path == "-") return read_all(context.in().standard_input(), max_given_bytes, "the value");
  FileSource file(open_for_reading(*options.path), *options.path);
  return read_all(file, max_given_bytes, shown(*options.path));
}

std::string serialized(const Options& options, std::string value) {
  if (options.raw) {
    static_cast<void>(v8::read(value));  // throws if a Worker could not read the value
    return value;
  }
  require_utf8(value, !options.path ? "the value" : *options.path == "-" ? "standard input" : *options.path);
  if (!options.text) return v8::write(parse_extended_json(value, "the value"));
  v8::Document document;
  v8::Node node{.type = v8::Type::string};
  store_text(document, node, value);
  document.nodes.push_back(node);
  return v8::write(document);
}

void run(Options options, Context& context) {
  take_words(options.target, {&options.key, &options.value});
  if (!options.key) throw Error(ErrorKind::usage, "no key was given", "give it after the object");
  if (options.text && options.raw) throw Error(ErrorKind::usage, "--text and --raw exclude each other");
  require_utf8(*options.key, "the key");
  const StorageItem item{*options.key, serialized(options, given(options, context))};
  const auto object = open_object(context, options.target, Access::write);
  object->put({&item, 1});
  if (context.out().for_person()) {
    context.out().note(
        fmt::format("stored \"{}\" in {}", shown(item.key), described(options.target, *object)));
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_object_options(arguments, options->target);
  value_name(add_text(arguments, "key", options->key, "Key to write"), "KEY");
  value_name(add_text(arguments, "value", options->value, "Value as JSON; or use --path"), "JSON");
  add_file(arguments, "--path", options->path, "Read the value from a file; - is standard input");
  add_flag(arguments, "--text", options->text, "Store the value as a string instead of parsing JSON");
  add_flag(arguments, "--raw", options->raw, "The value is V8's serialization, as 'get --raw' gives it");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command storage_put() {
  return {.names = {"put"},
          .summary = "Store a JSON value as storage.put would",
          .examples = {"corral do storage put Counter --name alpha visits 42",
                       "corral do storage put Counter --name alpha greeting --text 'hello world'",
                       "corral do storage put Counter --name alpha since '{\"$date\":\"2026-01-31\"}'",
                       "echo '[1,2]' | corral do storage put Counter --name alpha list --path -"},
          .declare = declare,
          .live_values = key_values()};
}

}  // namespace corral::durable_objects

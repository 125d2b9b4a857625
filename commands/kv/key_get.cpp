#include <array>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/kv/commands.hpp"
#include "commands/kv/describe.hpp"
#include "commands/kv/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::kv {

namespace {

struct Options {
  NamespaceOptions target;
  std::string key;
  bool text = false;
};

void run(const Options& options, Context& context) {
  const std::unique_ptr<KvStore> store = open_namespace(context, options.target, Access::read);
  Output& out = context.out();
  if (out.json_requested()) {
    const std::optional<KvValue> value = store->get(options.key, context.clock().now());
    if (!value) throw key_not_found(options.target, options.key);
    const std::string bytes = read_all(*value->body, kv_max_value_bytes, "the value");
    out.data(json_text(value_as_json(*value, bytes), 2) + "\n");
    return;
  }
  const std::unique_ptr<ByteSource> value = store->value(options.key, context.clock().now());
  if (!value) throw key_not_found(options.target, options.key);
  if (options.text || out.data_is_terminal()) {
    std::string bytes = read_all(*value, kv_max_value_bytes, "the value");
    if (!is_utf8(bytes)) bytes = replace_malformed(bytes);
    if (options.text || (!bytes.empty() && bytes.back() != '\n')) bytes += '\n';
    out.data(bytes);
    return;
  }
  std::array<char, 65'536> buffer;
  while (const std::size_t count = value->read(buffer)) out.data({buffer.data(), count});
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "key", options->key, "Key to read"), "KEY"));
  add_flag(arguments, "--text", options->text, "Decode as UTF-8 and append a line break");
  add_namespace_options(arguments, options->target);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command key_get() {
  return {.names = {"get"},
          .summary = "Print the value of a key, byte for byte",
          .examples = {"corral kv key get greeting --binding CACHE",
                       "corral kv key get logo --binding CACHE > logo.png"},
          .declare = declare,
          .reads_only = true,
          .live_values = namespace_and_key_values()};
}

}  // namespace corral::kv

#include <array>
#include <charconv>
#include <filesystem>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/data_sink.hpp"
#include "commands/command/result_file.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/key_path.hpp"
#include "commands/r2/progress_source.hpp"
#include "commands/r2/target.hpp"
#include "commands/text/readable.hpp"

namespace corral::r2 {

namespace {

struct Options {
  BucketOptions target;
  std::string path;
  std::optional<std::string> file;
  bool pipe = false;
  std::optional<std::string> range;
  std::vector<std::string> if_match;
  std::vector<std::string> if_none_match;
};

/// Objects larger than this are not printed to a terminal.
constexpr std::uint64_t most_on_terminal = 1U << 20U;

/// Parses "0-99", "100-", "-100", optionally after "bytes=" (RFC 9110, 14.1.2): first and last byte.
ObjectRange parse_range(const std::string& text) {
  std::string_view rest = text;
  if (rest.starts_with("bytes=")) rest.remove_prefix(6);
  const std::size_t dash = std::min(rest.find('-'), rest.size());
  const auto number = [](std::string_view digits) -> std::optional<std::uint64_t> {
    std::uint64_t value = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (failure != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
  };
  const auto first = number(rest.substr(0, dash));
  const auto last = number(rest.substr(std::min(dash + 1, rest.size())));
  const bool open = dash + 1 == rest.size();
  if (dash == 0 && last) return {{}, {}, last};
  if (dash > 0 && dash < rest.size() && first && open) return {first, {}, {}};
  if (dash > 0 && first && last && *first <= *last) return {first, *last - *first + 1, {}};
  throw Error(ErrorKind::usage, fmt::format("--range cannot be \"{}\"", shown(text)),
              "write 0-99 for the first hundred bytes, 100- for what follows, -100 for the last hundred");
}

void pour(ByteSource& source, ByteSink& sink) {
  std::array<char, 262'144> buffer;
  while (const std::size_t count = source.read(buffer)) sink.write({buffer.data(), count});
}

void print(ObjectBody& object, Context& context) {
  Output& out = context.out();
  if (!out.data_is_terminal()) {
    DataSink sink(out);
    pour(*object.body, sink);
    return;
  }
  if (object.length > most_on_terminal) {
    throw Error(ErrorKind::denied,
                fmt::format("\"{}\" is {} long, too much for a terminal", shown(object.key),
                            readable_size(object.length)),
                "send it to a file or a program, or give --file FILE");
  }
  std::string text = read_all(*object.body, most_on_terminal, "the object");
  if (!text.ends_with('\n')) text += '\n';
  out.data(text);
}

void save(ObjectBody& object, const std::filesystem::path& file, Context& context) {
  if (file.has_filename() && file.has_parent_path()) make_folders(file.parent_path());
  ProgressSource source(context, *object.body, shown(object.key));
  ResultFile target(context, file.native());
  pour(source, target);
  target.commit();
  if (context.out().for_person())
    context.out().note(fmt::format("wrote {}, {}", shown(file.native()), readable_size(object.length)));
}

void run(const Options& options, Context& context) {
  if (options.file && options.pipe) {
    throw Error(ErrorKind::usage, "--file and --pipe exclude each other");
  }
  const ObjectPath path = parse_object_path(context, options.path);
  const bool to_stdout = options.pipe || (options.file && is_standard_output(*options.file));
  // Reject a key that cannot be a path before opening anything.
  const std::filesystem::path file =
      to_stdout      ? std::filesystem::path()
      : options.file ? std::filesystem::path(*options.file)
                     : path_below({}, path.key, "name the file with --file FILE, or use --pipe");
  const auto range = options.range ? std::optional(parse_range(*options.range)) : std::nullopt;
  const auto store = open_bucket(context, options.target, path.bucket, Access::read);
  std::optional<ObjectBody> object = store->get(path.key, range, {options.if_match, options.if_none_match});
  if (!object) throw object_not_found(path);
  if (!object->body) {
    throw Error(ErrorKind::conflict,
                fmt::format("the object \"{}\" has the etag {}", shown(path.key), object->etag),
                "nothing was read, as --if-match or --if-none-match asked for");
  }
  if (to_stdout) {
    print(*object, context);
  } else {
    save(*object, file, context);
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "objectPath", options->path, "BUCKET/KEY"), "PATH"));
  add_file(arguments, "-f,--file", options->file,
           "File to write (default: the key, below the working folder)");
  add_flag(arguments, "-p,--pipe", options->pipe, "Write the bytes to standard output, and nothing else");
  value_name(add_text(arguments, "--range", options->range, "Only these bytes: 0-99, 100-, -100"), "RANGE");
  value_name(add_texts(arguments, "--if-match", options->if_match, "Fail unless it has this etag"), "ETAG");
  value_name(add_texts(arguments, "--if-none-match", options->if_none_match, "Fail if it has this etag"),
             "ETAG");
  add_bucket_options(arguments, options->target, Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command object_get() {
  return {.names = {"get"},
          .summary = "Read an object into a file or standard output",
          .examples = {"corral r2 object get my-bucket/logo.png",
                       "corral r2 object get my-bucket/logo.png --file copy.png",
                       "corral r2 object get my-bucket/logo.png --pipe --range 0-1"},
          .declare = declare,
          .reads_only = true,
          .live_values = object_values()};
}

}  // namespace corral::r2

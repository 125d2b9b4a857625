#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/glob.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/object_printer.hpp"
#include "commands/r2/target.hpp"

namespace corral::r2 {

namespace {

struct Options {
  BucketOptions target;
  std::string path;
  std::optional<std::string> prefix;
  std::optional<std::string> glob;
  std::optional<std::string> delimiter;
  std::optional<std::string> start_after;
  std::optional<std::int64_t> limit;
  std::optional<std::string> cursor;
  ObjectListStyle style;
};

/// The prefix of a --cursor: followed by a page's own cursor, or by the last key printed of a page.
constexpr char behind_page = 'p';
constexpr char behind_key = 'k';

ObjectListOptions range_of(const Options& options, const std::string& path_prefix) {
  if (options.glob && (options.delimiter || options.prefix)) {
    throw Error(ErrorKind::usage, "--glob excludes --delimiter and --prefix");
  }
  if (options.limit && *options.limit < 1) throw Error(ErrorKind::usage, "--limit must be at least 1");
  ObjectListOptions range;
  range.prefix = path_prefix + (options.glob ? glob_prefix(*options.glob) : options.prefix.value_or(""));
  range.delimiter = options.delimiter.value_or("");
  range.start_after = options.start_after.value_or("");
  if (!options.cursor) return range;
  const auto cursor = base64_decode(*options.cursor);
  if (cursor && cursor->size() > 1 && cursor->front() == behind_page) {
    range.cursor = cursor->substr(1);
  } else if (cursor && cursor->size() > 1 && cursor->front() == behind_key) {
    range.start_after = cursor->substr(1);
  } else {
    throw Error(ErrorKind::usage, "--cursor is not one that 'r2 object list' gave",
                "leave it out to start over");
  }
  return range;
}

/// Prints a page in key order by merging its objects and prefixes.
void print_page(const ObjectPage& page, ObjectPrinter& printer) {
  auto prefix = page.prefixes.begin();
  for (const ObjectInfo& object : page.objects) {
    for (; prefix != page.prefixes.end() && *prefix < object.key; ++prefix) printer.prefix(*prefix);
    printer.object(object);
  }
  for (; prefix != page.prefixes.end(); ++prefix) printer.prefix(*prefix);
}

/// Keeps the matching objects of a page, at most `left`. Returns the last one kept if there are more.
std::optional<std::string> keep_matching(ObjectPage& page, const std::string& pattern, std::size_t left) {
  std::vector<ObjectInfo> matching;
  std::optional<std::string> last;
  for (ObjectInfo& object : page.objects) {
    if (!glob_matches(pattern, object.key)) continue;
    if (matching.size() == left) {
      last = matching.back().key;
      break;
    }
    matching.push_back(std::move(object));
  }
  page.objects = std::move(matching);
  return last;
}

void run(const Options& options, Context& context) {
  const ObjectPath path = parse_object_path(context, options.path, KeyPart::optional);
  ObjectListOptions range = range_of(options, path.key);
  const auto store = open_bucket(context, options.target, path.bucket, Access::read);
  const auto printer = ObjectPrinter::make(options.style, context.out());
  auto left = options.limit ? static_cast<std::size_t>(*options.limit) : std::size_t{SIZE_MAX};
  std::optional<std::string> cursor;
  do {
    context.check_interrupt();
    range.limit = options.glob ? r2_max_list : std::min(left, r2_max_list);
    ObjectPage page = store->list(range);
    std::optional<std::string> last;
    if (options.glob) last = keep_matching(page, path.key + *options.glob, left);
    print_page(page, *printer);
    left -= page.objects.size() + page.prefixes.size();
    range.cursor = page.cursor.value_or("");
    cursor.reset();
    if (page.cursor) cursor = behind_page + *page.cursor;
    if (last) cursor = behind_key + *last;
  } while (cursor && left > 0);
  printer->finish(cursor ? std::optional(base64url_encode(*cursor)) : std::nullopt);
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "objectPath", options->path, "BUCKET or BUCKET/PREFIX"), "PATH"));
  value_name(add_text(arguments, "--prefix", options->prefix, "Only keys that start with this, literally"),
             "TEXT");
  value_name(add_text(arguments, "--glob", options->glob, "Only keys that match a pattern with * ? [a-z]"),
             "PATTERN");
  value_name(add_text(arguments, "--delimiter,-d", options->delimiter,
                      "Group keys by what precedes this delimiter: /"),
             "TEXT");
  value_name(add_text(arguments, "--start-after", options->start_after, "Only keys after this one"), "KEY");
  add_integer(arguments, "--limit", options->limit, "List at most N objects and prefixes");
  value_name(
      add_text(arguments, "--cursor", options->cursor, "Continue after the page that returned this cursor"),
      "CURSOR");
  add_flag(arguments, "--long,-l", options->style.long_form, "With version, metadata and checksums");
  add_flag(arguments, "--names", options->style.names, "The keys alone, one a line");
  add_flag(arguments, "--print0,-0", options->style.nul, "The keys alone, each followed by a NUL byte");
  add_flag(arguments, "--ndjson", options->style.ndjson, "Print one JSON object per line");
  add_flag(arguments, "--page", options->style.page,
           "JSON as a Worker's list() returns it: objects, delimitedPrefixes, truncated, cursor");
  add_bucket_options(arguments, options->target, Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command object_list() {
  return {
      .names = {"list"},
      .summary = "List the objects of a bucket in byte order",
      .examples = {"corral r2 object list my-bucket", "corral r2 object list my-bucket/logs/ --delimiter /",
                   "corral r2 object list my-bucket --glob '*.png' --long",
                   "corral r2 object list my-bucket -0 | xargs -0 -n1 echo"},
      .declare = declare,
      .reads_only = true,
      .live_values = object_values()};
}

}  // namespace corral::r2

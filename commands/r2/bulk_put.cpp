#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/unknown_outcome.hpp"
#include "commands/command/arguments.hpp"
#include "commands/r2/bulk_file.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/metadata_flags.hpp"
#include "commands/r2/mime_types.hpp"
#include "commands/r2/object_writer.hpp"
#include "commands/r2/target.hpp"

namespace corral::r2 {

namespace {

struct Options {
  BucketOptions target;
  std::string bucket;
  std::optional<std::string> filename;
  std::optional<std::int64_t> concurrency;
  MetadataFlags metadata;
  bool guess = false;
  bool force = false;
};

void run(const Options& options, Context& context) {
  if (!options.filename) {
    throw Error(ErrorKind::usage, "no file was given", "give --filename FILE, a JSON array of {key, file}");
  }
  if (options.concurrency && *options.concurrency < 1) {
    throw Error(ErrorKind::usage, "--concurrency must be at least 1");
  }
  const std::string bucket = resolve_bucket(context, options.bucket);
  ObjectWrite shared;
  apply_flags(options.metadata, shared.http);
  apply_flags(options.metadata, shared.custom);
  apply_storage_class(options.metadata, shared);
  const std::vector<BulkItem> items = read_bulk_file(context, *options.filename);
  const auto store = open_bucket(context, options.target, bucket, Access::write);
  ObjectWriter writer(context, *store, options.concurrency);
  const auto progress = context.out().progress("storing", items.size(), ProgressUnit::items);
  try {
    std::uint64_t done = 0;
    for (const BulkItem& item : items) {
      ObjectWrite write = shared;
      write.key = item.key;
      if (options.guess && !write.http.content_type) {
        if (const auto type = media_type_of(item.file)) write.http.content_type = *type;
      }
      writer.put(write, item.file);
      progress->update(++done);
    }
    writer.finish();
  } catch (const UnknownOutcome& error) {
    throw UnknownOutcome(error, fmt::format("{} ({})", error.message(),
                                            writer.extent_of(items.size(), ObjectWriter::Rest::unknown)));
  } catch (const Error& error) {
    throw Error(error.kind(),
                fmt::format("{} ({})", error.message(),
                            writer.extent_of(items.size(), ObjectWriter::Rest::not_stored)),
                error.hint());
  }
  context.out().note(fmt::format("stored {} {}", items.size(), items.size() == 1 ? "object" : "objects"));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "bucket", options->bucket, "Bucket to write to"), "BUCKET"));
  add_file(arguments, "-f,--filename", options->filename,
           "JSON array of {\"key\", \"file\"}; - is standard input");
  value_name(add_integer(arguments, "--concurrency", options->concurrency,
                         "Files read in parallel, at most 64 (one per processor; 20 with --remote)"),
             "COUNT");
  add_metadata_flags(arguments, options->metadata);
  add_flag(arguments, "--guess-content-type", options->guess, "Derive content types from file extensions");
  add_flag(arguments, "-y,--force", options->force, "Accepted, as in wrangler; nothing is asked");
  add_bucket_options(arguments, options->target, Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command bulk_put() {
  return {.names = {"put"},
          .summary = "Store many files as objects, from a JSON list",
          .examples = {"corral r2 bulk put my-bucket --filename objects.json"},
          .declare = declare,
          .live_values = bucket_values()};
}

}  // namespace corral::r2

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "commands/command/arguments.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/describe.hpp"
#include "commands/r2/metadata_flags.hpp"
#include "commands/r2/mime_types.hpp"
#include "commands/r2/progress_source.hpp"
#include "commands/r2/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"

namespace corral::r2 {

namespace {

struct Options {
  BucketOptions target;
  std::string path;
  std::vector<std::string> files;
  bool pipe = false;
  bool into = false;
  MetadataFlags metadata;
  bool guess = false;
  bool if_absent = false;
  std::vector<std::string> if_match;
  std::vector<std::string> checksums;
  std::optional<std::int64_t> part_size;
  bool force = false;
};

/// "sha256=HEX" and the like.
void add_checksum(const std::string& word, ObjectChecksums& checksums) {
  const std::size_t equals = std::min(word.find('='), word.size());
  const auto kind = hash_kind_of(ascii_lower(word.substr(0, equals)));
  const std::string digest = equals < word.size() ? ascii_lower(word.substr(equals + 1)) : std::string();
  if (!kind || digest.size() != digest_bytes(*kind) * 2 ||
      digest.find_first_not_of("0123456789abcdef") != std::string::npos) {
    throw Error(ErrorKind::usage, fmt::format("--checksum cannot be \"{}\"", shown(word)),
                "write md5=HEX, sha1=HEX, sha256=HEX, sha384=HEX or sha512=HEX");
  }
  checksums.of(*kind) = digest;
}

ObjectWrite write_of(const Options& options, std::string key, std::string_view file) {
  ObjectWrite write;
  write.key = std::move(key);
  if (options.guess) {
    if (const auto type = media_type_of(file)) write.http.content_type = *type;
  }
  apply_flags(options.metadata, write.http);
  apply_flags(options.metadata, write.custom);
  apply_storage_class(options.metadata, write);
  for (const std::string& word : options.checksums) add_checksum(word, write.checksums);
  write.conditions.etag_matches = options.if_match;
  if (options.if_absent) write.conditions.etag_does_not_match = {"*"};
  if (options.part_size) {
    constexpr std::int64_t mebibyte = 1 << 20;
    if (*options.part_size < 5 || *options.part_size > 5115) {
      throw Error(ErrorKind::usage, "--part-size must be 5 to 5115, in MiB");
    }
    write.part_size = static_cast<std::uint64_t>(*options.part_size * mebibyte);
  }
  return write;
}

void put_one(const Options& options, Context& context, ObjectStore& store, const ObjectWrite& write,
             ByteSource& bytes) {
  ProgressSource source(context, bytes, shown(write.key));
  const std::optional<ObjectInfo> stored = store.put(write, source, context.clock().now());
  if (!stored) {
    throw Error(ErrorKind::conflict,
                options.if_absent
                    ? fmt::format("the object \"{}\" exists already", shown(write.key))
                    : fmt::format("the object \"{}\" does not have that etag", shown(write.key)),
                "nothing was written");
  }
  Output& out = context.out();
  if (out.json_requested()) {
    out.data(json_text(object_as_json(*stored, true), 2) + "\n");
  } else if (out.for_person()) {
    out.note(fmt::format("stored \"{}\", {}", shown(stored->key), readable_size(stored->size)));
  }
}

/// Where the files go: a single file to the key itself, even if that ends in '/', as in wrangler; several, or
/// with --into, below it under their own names.
std::vector<std::pair<std::string, std::string>> keys_of_files(const Options& options, std::string key) {
  if (!options.into && options.files.size() == 1) return {{std::move(key), options.files.front()}};
  if (!key.empty() && !key.ends_with('/')) {
    if (!options.into) {
      throw Error(ErrorKind::usage,
                  fmt::format("{} files cannot all be \"{}\"", options.files.size(), shown(key)),
                  "end the path with a slash to put them below it by their names");
    }
    key += '/';
  }
  std::vector<std::pair<std::string, std::string>> keys;
  for (const std::string& file : options.files) {
    const std::string name = std::filesystem::path(file).filename().native();
    if (file == "-" || name.empty()) {
      throw Error(ErrorKind::usage, fmt::format("\"{}\" has no name to store it by", shown(file)),
                  "give it alone, with BUCKET/KEY");
    }
    keys.emplace_back(key + name, file);
  }
  return keys;
}

void run(const Options& options, Context& context) {
  if (options.pipe && options.into) {
    throw Error(ErrorKind::usage, "--pipe has no name to store it by",
                "leave --into out and give BUCKET/KEY");
  }
  if (options.files.empty() != options.pipe) {
    throw Error(ErrorKind::usage,
                options.pipe ? "--file and --pipe exclude each other" : "no bytes were given",
                "give --file FILE, or --pipe for standard input");
  }
  const CatalogCheck check = options.force ? CatalogCheck::off : CatalogCheck::on;
  const bool below = options.into || options.files.size() > 1;
  const ObjectPath target =
      parse_object_path(context, options.path, below ? KeyPart::optional : KeyPart::required);
  if (options.pipe) {
    const ObjectWrite write = write_of(options, target.key, target.key);
    check_object_key(write.key);
    const auto store = open_bucket(context, options.target, target.bucket, Access::write, check);
    put_one(options, context, *store, write, context.in().standard_input());
    return;
  }
  const auto keys = keys_of_files(options, target.key);
  for (const auto& [key, file] : keys) check_object_key(key);
  const auto store = open_bucket(context, options.target, target.bucket, Access::write, check);
  for (const auto& [key, file] : keys) {
    const ObjectWrite write = write_of(options, key, file);
    if (file == "-") {
      put_one(options, context, *store, write, context.in().standard_input());
      continue;
    }
    FileSource source(open_for_reading(file), file);
    put_one(options, context, *store, write, source);
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(
      add_text(arguments, "objectPath", options->path, "BUCKET/KEY; BUCKET/PREFIX/ for several files"),
      "PATH"));
  add_files(arguments, "-f,--file", options->files, "File to store, repeatable; - is standard input");
  add_flag(arguments, "-p,--pipe", options->pipe, "Store standard input");
  add_flag(arguments, "--into", options->into, "Store each file below the path, by its name");
  add_metadata_flags(arguments, options->metadata);
  add_flag(arguments, "--guess-content-type", options->guess,
           "Take the media type from the file's extension");
  add_flag(arguments, "--if-absent", options->if_absent, "Fail if the object exists instead of replacing it");
  value_name(add_texts(arguments, "--if-match", options->if_match, "Fail unless the object has this etag"),
             "ETAG");
  value_name(
      add_texts(arguments, "--checksum", options->checksums, "Fail unless the bytes have this hash; kept"),
      "KIND=HEX");
  value_name(add_integer(arguments, "--part-size", options->part_size, "Part size in MiB, 5 to 5115"), "MIB");
  add_flag(arguments, "-y,--force", options->force,
           "Do not ask before changing a bucket with a data catalog");
  add_bucket_options(arguments, options->target, Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command object_put() {
  return {.names = {"put"},
          .summary = "Store an object",
          .examples = {"corral r2 object put my-bucket/logo.png --file logo.png --content-type image/png",
                       "date | corral r2 object put my-bucket/last-run --pipe",
                       "corral r2 object put my-bucket/img --into --file logo.png --guess-content-type"},
          .declare = declare,
          .live_values = object_values()};
}

}  // namespace corral::r2

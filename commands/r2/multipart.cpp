#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/command/list_output.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::r2 {

namespace {

struct ListOptions {
  BucketOptions target;
  std::string bucket;
};

struct AbortOptions {
  BucketOptions target;
  std::string bucket;
  std::optional<std::string> id;
  bool all = false;
  bool force = false;
};

void list(const ListOptions& options, Context& context) {
  const std::string bucket = resolve_bucket(context, options.bucket);
  Output& out = context.out();
  Table table(
      {{"key"}, {"parts", Table::Align::right}, {"size", Table::Align::right}, {"started (UTC)"}, {"id"}});
  Json json = Json::array();
  for (const MultipartUpload& upload :
       open_bucket(context, options.target, bucket, Access::read)->uploads()) {
    table.add({upload.key, std::to_string(upload.parts), readable_size(upload.bytes),
               upload.started ? readable_time(*upload.started) : "", upload.id});
    Json one;
    one["uploadId"] = upload.id;
    one["key"] = upload.key;
    one["parts"] = upload.parts;
    one["bytes"] = upload.bytes;
    if (upload.started) one["started"] = iso_time(*upload.started);
    json.push_back(std::move(one));
  }
  print_list(out, json, table, fmt::format("no multipart uploads under way in {}", bucket));
}

void abort(const AbortOptions& options, Context& context) {
  if (options.id.has_value() == options.all) {
    throw Error(ErrorKind::usage, options.all ? "an id and --all exclude each other" : "no upload was named",
                "give an id that 'corral r2 multipart list' shows, or --all");
  }
  const std::string bucket = resolve_bucket(context, options.bucket);
  const auto store = open_bucket(context, options.target, bucket, Access::write);
  if (options.id) {
    if (store->abort_upload(*options.id)) return;
    throw Error(ErrorKind::not_found,
                fmt::format("no multipart upload {} is under way in {}", shown(*options.id), bucket));
  }
  const std::vector<MultipartUpload> uploads = store->uploads();
  if (!uploads.empty()) {
    confirm(context,
            fmt::format("Abort {} multipart uploads of R2 bucket {}{}?", uploads.size(), bucket,
                        context.stores(options.target.state).r2().owner()),
            "--force", options.force);
  }
  std::size_t aborted = 0;
  for (const MultipartUpload& upload : uploads)
    if (store->abort_upload(upload.id)) ++aborted;
  context.out().note(fmt::format("aborted {} multipart uploads", aborted));
}

Run declare_list(Arguments& arguments) {
  auto options = std::make_shared<ListOptions>();
  required(value_name(add_text(arguments, "bucket", options->bucket, "The bucket"), "BUCKET"));
  add_bucket_options(arguments, options->target, Reach::state_folder_account);
  return [options](Context& context) { list(*options, context); };
}

Run declare_abort(Arguments& arguments) {
  auto options = std::make_shared<AbortOptions>();
  required(value_name(add_text(arguments, "bucket", options->bucket, "The bucket"), "BUCKET"));
  value_name(add_text(arguments, "upload-id", options->id, "The upload"), "ID");
  add_flag(arguments, "--all", options->all, "All uploads under way");
  add_flag(arguments, "-y,--force", options->force, "Do not ask");
  add_bucket_options(arguments, options->target, Reach::state_folder_account);
  return [options](Context& context) { abort(*options, context); };
}

}  // namespace

Command multipart_list() {
  return {.names = {"list"},
          .summary = "List the multipart uploads that are under way",
          .examples = {"corral r2 multipart list my-bucket"},
          .declare = declare_list,
          .reads_only = true,
          .live_values = bucket_values()};
}

Command multipart_abort() {
  return {.names = {"abort"},
          .summary = "Abort multipart uploads and remove their parts",
          .examples = {"corral r2 multipart abort my-bucket --all --force"},
          .declare = declare_abort,
          .live_values = bucket_values()};
}

}  // namespace corral::r2

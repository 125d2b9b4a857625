#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "backends/access_keys.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/error.hpp"
#include "backends/s3/signature.hpp"
#include "commands/command/arguments.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/target.hpp"
#include "commands/text/duration.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"

namespace corral::r2 {

namespace {

constexpr UnixMillis longest = 7 * one_day;
constexpr const char* usual_endpoint = "http://127.0.0.1:8788";
constexpr const char* usual_validity = "1h";

struct Options {
  BucketOptions target;
  std::string path;
  std::string expires = usual_validity;
  std::optional<std::string> method;
  std::optional<std::string> endpoint;
  std::optional<std::string> key;
};

/// The key pair to sign with: the one that was named, else the last one that is good for it.
AccessKey key_for(AccessKeys& keys, const Options& options, const std::string& bucket, bool changes) {
  if (options.key) {
    if (auto key = keys.find(*options.key)) return *std::move(key);
    throw Error(ErrorKind::not_found, fmt::format("there is no key {}", shown(*options.key)),
                "'corral r2 key list' shows the keys");
  }
  std::optional<AccessKey> chosen;
  for (AccessKey& key : keys.list()) {
    const bool is_for_bucket =
        key.buckets.empty() || std::find(key.buckets.begin(), key.buckets.end(), bucket) != key.buckets.end();
    if (is_for_bucket && !(changes && key.read_only)) chosen = std::move(key);
  }
  if (chosen) return *std::move(chosen);
  throw Error(ErrorKind::not_found, "there is no key to sign the URL with",
              "make one with 'corral r2 key create'");
}

void run(const Options& options, Context& context) {
  const ObjectPath path = parse_object_path(context, options.path);
  check_object_key(path.key);
  const std::string method = options.method.value_or("GET");
  const UnixMillis validity = parse_duration(options.expires, "--expires");
  if (validity > longest) throw Error(ErrorKind::usage, "--expires is at most 7d");
  const auto store = open_bucket(context, options.target, path.bucket, Access::read);
  std::optional<std::string> url = store->presigned_url(method, path.key, validity / one_second);
  const UnixMillis now = context.clock().now();
  if (url && (options.endpoint || options.key))
    throw Error(ErrorKind::usage, "--endpoint and --key are for the local server; leave them out");
  if (!url) {
    const bool changes = method == "PUT" || method == "DELETE";
    const AccessKey key =
        key_for(context.stores(options.target.state).access_keys(), options, path.bucket, changes);
    std::string endpoint = options.endpoint.value_or(usual_endpoint);
    while (endpoint.ends_with('/')) endpoint.pop_back();
    url = s3::presigned_url({.endpoint = endpoint,
                             .key_id = key.id,
                             .secret = key.secret,
                             .scope = {.moment = now, .region = "auto"},
                             .seconds = validity / one_second},
                            method, fmt::format("/{}/{}", path.bucket, path.key), {});
  }
  Output& out = context.out();
  if (out.json_requested()) {
    out.data(json_text(Json{{"url", *url}, {"method", method}, {"expires", iso_time(now + validity)}}, 2) +
             "\n");
  } else {
    out.data(*url + "\n");
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "objectPath", options->path, "BUCKET/KEY"), "PATH"));
  shown_default(value_name(add_text(arguments, "--expires", options->expires,
                                    "How long the URL is valid: 90s, 30m, 12h; at most 7d"),
                           "DURATION"),
                usual_validity);
  shown_default(add_choice(arguments, "--method", options->method, {"GET", "PUT", "HEAD", "DELETE"},
                           "What the URL allows"),
                "GET");
  shown_default(
      value_name(add_text(arguments, "--endpoint", options->endpoint, "URL of 'corral serve'"), "URL"),
      usual_endpoint);
  value_name(
      add_text(arguments, "--key", options->key, "Sign with this key (the last one made that may do it)"),
      "ID");
  add_bucket_options(arguments, options->target, Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command object_presign() {
  return {.names = {"presign"},
          .summary = "Print a URL that lets anyone read or write an object for a while",
          .examples = {"corral r2 object presign my-bucket/logo.png --expires 10m",
                       "corral r2 object presign my-bucket/logo.png --method PUT"},
          .declare = declare,
          .reads_only = true,
          .live_values = object_values()};
}

}  // namespace corral::r2

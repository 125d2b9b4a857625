#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "commands/command/arguments.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/setting_command.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

namespace {

struct Options {
  SettingTarget target;
  std::optional<std::string> provider;
  std::optional<std::string> source_bucket;
  std::optional<std::string> region;
  std::optional<std::string> key_id;
  std::optional<std::string> secret;
  std::optional<std::string> service_account_file;
  std::optional<std::string> client_email;
  std::optional<std::string> private_key;
  std::optional<std::string> r2_key_id;
  std::optional<std::string> r2_secret;
};

void need(const std::optional<std::string>& value, const char* flag, const std::string& provider) {
  if (!value || value->empty())
    throw Error(ErrorKind::usage, fmt::format("{} is missing, which provider {} needs", flag, provider));
}

/// A key in which line ends may be written as the two characters \n.
std::string with_line_ends(std::string key) {
  for (std::size_t at = key.find("\\n"); at != std::string::npos; at = key.find("\\n", at))
    key.replace(at, 2, 1, '\n');
  return key;
}

Json google_source(const Options& options, Context& context) {
  Json source{{"provider", "gcs"}, {"bucket", *options.source_bucket}};
  if (!options.service_account_file) {
    need(options.client_email, "--service-account-key-file (or --client-email)", "GCS");
    need(options.private_key, "--private-key", "GCS");
    source["clientEmail"] = *options.client_email;
    source["privateKey"] = with_line_ends(*options.private_key);
    return source;
  }
  const Json json = read_json_file(context, *options.service_account_file);
  const auto text_at = [&](const char* field) {
    const auto* const found = json.find(field);
    if (found != json.end() && found->text() != nullptr) return *found->text();
    throw Error(ErrorKind::invalid_input,
                fmt::format("{} has no \"{}\"", shown(*options.service_account_file), field));
  };
  source["clientEmail"] = text_at("client_email");
  source["privateKey"] = with_line_ends(text_at("private_key"));
  return source;
}

Json source_of(const Options& options, Context& context) {
  const std::string& provider = *options.provider;
  need(options.source_bucket, "--bucket", provider);
  if (provider != "AWS") return google_source(options, context);
  need(options.region, "--region", provider);
  need(options.key_id, "--access-key-id", provider);
  need(options.secret, "--secret-access-key", provider);
  return {{"provider", "aws"},
          {"region", *options.region},
          {"bucket", *options.source_bucket},
          {"accessKeyId", *options.key_id},
          {"secretAccessKey", *options.secret}};
}

void enable(const Options& options, Context& context) {
  if (!options.provider) throw Error(ErrorKind::usage, "--provider is missing", "there are AWS and GCS");
  Json request{{"source", source_of(options, context)}};
  need(options.r2_key_id, "--r2-access-key-id", *options.provider);
  need(options.r2_secret, "--r2-secret-access-key", *options.provider);
  request["destination"] =
      Json{{"provider", "r2"}, {"accessKeyId", *options.r2_key_id}, {"secretAccessKey", *options.r2_secret}};
  replace_setting(context, options.target, BucketSetting::sippy, request);
  note_change(context, options.target, "objects that are read and missing are copied from there from now on",
              "kept with the bucket, without the secrets; nothing is copied locally");
}

void disable(const Options& options, Context& context) {
  buckets_of(context, options.target).erase(bucket_of(context, options.target), BucketSetting::sippy);
}

SettingFields fields_of(const Json& json) {
  SettingFields fields = {{"enabled", json.value("enabled", false) ? "Yes" : "No"}};
  if (!json.contains("source")) return fields;
  for (const auto& [name, value] : json.at("source").items()) {
    if (value.text() != nullptr) fields.emplace_back("source " + name, *value.text());
  }
  return fields;
}

void get(const Options& options, Context& context) {
  const Json off{{"enabled", false}};
  const Json json = read_setting(context, options.target, BucketSetting::sippy, off);
  print_setting(
      context, json, [&] { return std::vector<SettingFields>{fields_of(json)}; }, "");
}

Run declare_enable(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_setting_target(arguments, options->target, "name");
  add_choice(arguments, "--provider", options->provider, {"AWS", "GCS"}, "Where the objects come from");
  value_name(add_text(arguments, "--bucket", options->source_bucket, "The bucket there"), "NAME");
  value_name(add_text(arguments, "--region", options->region, "AWS: its region"), "NAME");
  value_name(add_text(arguments, "--access-key-id", options->key_id, "AWS: the id of an access key"), "ID");
  value_name(add_text(arguments, "--secret-access-key", options->secret, "AWS: its secret"), "SECRET");
  add_file(arguments, "--service-account-key-file", options->service_account_file,
           "GCS: the key file of an account");
  value_name(add_text(arguments, "--client-email", options->client_email, "GCS: the account's address"),
             "ADDRESS");
  value_name(add_text(arguments, "--private-key", options->private_key, "GCS: the account's key"), "KEY");
  value_name(add_text(arguments, "--r2-access-key-id", options->r2_key_id, "The id of an access key of R2"),
             "ID");
  value_name(add_text(arguments, "--r2-secret-access-key", options->r2_secret, "Its secret"), "SECRET");
  return [options](Context& context) { enable(*options, context); };
}

Run declare_disable(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_setting_target(arguments, options->target, "name");
  return [options](Context& context) { disable(*options, context); };
}

Run declare_get(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_setting_target(arguments, options->target, "name");
  return [options](Context& context) { get(*options, context); };
}

}  // namespace

std::vector<Command> sippy_commands() {
  return {
      {.names = {"enable"},
       .summary = "Copy objects from another provider as they are read",
       .examples = {"corral r2 bucket sippy enable my-bucket --provider AWS --bucket old --region eu-west-1 "
                    "--access-key-id a --secret-access-key b --r2-access-key-id c --r2-secret-access-key d"},
       .declare = declare_enable,
       .live_values = bucket_values()},
      {.names = {"get"},
       .summary = "Show the migration source of a bucket",
       .examples = {"corral r2 bucket sippy get my-bucket"},
       .declare = declare_get,
       .reads_only = true,
       .live_values = bucket_values()},
      {.names = {"disable"},
       .summary = "Stop the migration into a bucket",
       .examples = {"corral r2 bucket sippy disable my-bucket"},
       .declare = declare_disable,
       .live_values = bucket_values()}};
}

}  // namespace corral::r2

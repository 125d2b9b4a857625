#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/setting_command.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"

namespace corral::r2 {

namespace {

struct Options {
  SettingTarget target;
  std::string domain;
  std::string zone;
  std::optional<std::string> tls;
};

/// A lower-cased host name of at least two labels (RFC 1123). Throws usage.
std::string checked_domain(const std::string& text) {
  constexpr std::size_t longest = 253;
  constexpr std::size_t longest_label = 63;
  std::string domain = ascii_lower(text);
  std::size_t label = 0;
  bool good = !domain.empty() && domain.size() <= longest && domain.find('.') != std::string::npos;
  for (std::size_t i = 0; good && i <= domain.size(); ++i) {
    const bool end = i == domain.size() || domain[i] == '.';
    if (end) {
      good = label > 0 && label <= longest_label && domain[i - 1] != '-' && domain[i - label] != '-';
      label = 0;
      continue;
    }
    good =
        (domain[i] >= 'a' && domain[i] <= 'z') || (domain[i] >= '0' && domain[i] <= '9') || domain[i] == '-';
    ++label;
  }
  if (good) return domain;
  throw Error(ErrorKind::usage, fmt::format("--domain cannot be \"{}\"", shown(text)),
              "write it as files.example.com");
}

std::string text_or(const Json& object, std::string_view name, std::string_view otherwise) {
  const auto* const found = object.find(name);
  return std::string(found == object.end() || found->text() == nullptr ? otherwise : *found->text());
}

SettingFields fields_of(const Json& domain) {
  SettingFields fields = {{"domain", text_or(domain, "domain", "")},
                          {"enabled", domain.value("enabled", true) ? "Yes" : "No"},
                          {"min_tls_version", text_or(domain, "minTLS", "1.0")},
                          {"zone_id", text_or(domain, "zoneId", "")}};
  if (const auto* const status = domain.find("status"); status != domain.end() && status->is_object()) {
    fields.emplace_back("ownership_status", text_or(*status, "ownership", "(unknown)"));
    fields.emplace_back("ssl_status", text_or(*status, "ssl", "(unknown)"));
  }
  return fields;
}

void add(const Options& options, Context& context) {
  const NewBucketDomain domain{.domain = checked_domain(options.domain),
                               .zone_id = options.zone,
                               .min_tls = options.tls.value_or("1.0")};
  buckets_of(context, options.target).connect_domain(bucket_of(context, options.target), domain);
  note_change(
      context, options.target,
      fmt::format("connected {}; 'corral r2 bucket domain get' shows when it is ready", domain.domain),
      "'corral serve' answers at this domain, if the name leads to this machine");
}

void update(const Options& options, Context& context) {
  const std::string name = checked_domain(options.domain);
  buckets_of(context, options.target).change_domain(bucket_of(context, options.target), name, options.tls);
}

void remove(const Options& options, Context& context) {
  const std::string name = checked_domain(options.domain);
  const BucketId bucket = bucket_of(context, options.target);
  R2Buckets& buckets = buckets_of(context, options.target);
  if (!options.target.force) {
    (void)buckets.connected_domain(bucket, name);  // throws if there is nothing to ask about
    confirm(context,
            fmt::format("Disconnect the domain {} from {}?", name,
                        bucket_for_question(context, options.target.options, bucket)),
            "--force", false);
  }
  buckets.disconnect_domain(bucket, name);
}

void get(const Options& options, Context& context) {
  const std::string name = checked_domain(options.domain);
  const Json domain = parse_json(
      buckets_of(context, options.target).connected_domain(bucket_of(context, options.target), name),
      "the description of the domain");
  print_setting(
      context, domain, [&] { return std::vector<SettingFields>{fields_of(domain)}; }, "");
}

void list(const Options& options, Context& context) {
  const Json none{{"domains", Json::array()}};
  const Json json = read_setting(context, options.target, BucketSetting::domains, none);
  const auto records = [&] {
    std::vector<SettingFields> all;
    for (const Json& domain : json.at("domains")) all.push_back(fields_of(domain));
    return all;
  };
  print_setting(context, json, records, "no domains are connected");
}

void add_domain_option(Arguments& arguments, Options& options) {
  required(value_name(add_text(arguments, "--domain", options.domain, "The domain"), "NAME"));
}

void add_tls_option(Arguments& arguments, Options& options) {
  add_choice(arguments, "--min-tls", options.tls, {"1.0", "1.1", "1.2", "1.3"}, "Minimum TLS version");
}

Run declare_add(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_setting_target(arguments, options->target);
  add_domain_option(arguments, *options);
  required(value_name(add_text(arguments, "--zone-id", options->zone, "The zone that the domain belongs to"),
                      "ID"));
  add_tls_option(arguments, *options);
  add_force_flag(arguments, options->target);
  return [options](Context& context) { add(*options, context); };
}

Run declare_update(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_setting_target(arguments, options->target);
  add_domain_option(arguments, *options);
  add_tls_option(arguments, *options);
  return [options](Context& context) { update(*options, context); };
}

Run declare_remove(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_setting_target(arguments, options->target);
  add_domain_option(arguments, *options);
  add_force_flag(arguments, options->target);
  return [options](Context& context) { remove(*options, context); };
}

Run declare_get(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_setting_target(arguments, options->target);
  add_domain_option(arguments, *options);
  return [options](Context& context) { get(*options, context); };
}

Run declare_list(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_setting_target(arguments, options->target);
  return [options](Context& context) { list(*options, context); };
}

}  // namespace

std::vector<Command> domain_commands() {
  return {{.names = {"add"},
           .summary = "Connect a domain to a bucket",
           .examples = {"corral r2 bucket domain add my-bucket --domain img.example.com --zone-id 023e105f"},
           .declare = declare_add,
           .live_values = bucket_values()},
          {.names = {"get"},
           .summary = "Show a connected domain",
           .examples = {"corral r2 bucket domain get my-bucket --domain files.example.com"},
           .declare = declare_get,
           .reads_only = true,
           .live_values = bucket_values()},
          {.names = {"list"},
           .summary = "List the connected domains",
           .examples = {"corral r2 bucket domain list my-bucket"},
           .declare = declare_list,
           .reads_only = true,
           .live_values = bucket_values()},
          {.names = {"update"},
           .summary = "Change a connected domain",
           .examples = {"corral r2 bucket domain update my-bucket --domain files.example.com --min-tls 1.2"},
           .declare = declare_update,
           .live_values = bucket_values()},
          {.names = {"remove"},
           .summary = "Disconnect a domain",
           .examples = {"corral r2 bucket domain remove my-bucket --domain files.example.com --force"},
           .declare = declare_remove,
           .live_values = bucket_values()}};
}

}  // namespace corral::r2

#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/setting_command.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

namespace {

/// {"domains": [{"domain", "enabled", "zoneId", "minTLS"}]}
constexpr const char* setting = "domains";

struct Options {
  SettingTarget target;
  std::string domain;
  std::string zone;
  std::optional<std::string> tls;
};

Json no_domains() {
  Json json;
  json["domains"] = Json::array();
  return json;
}

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

Json::iterator domain_named(Json& json, const std::string& name) {
  Json& domains = json["domains"];
  const auto found =
      std::find_if(domains.begin(), domains.end(), [&](const Json& one) { return one.at("domain") == name; });
  return found;
}

[[noreturn]] void no_such_domain(const std::string& domain) {
  throw Error(ErrorKind::not_found,
              fmt::format("the domain {} is not connected to the bucket", shown(domain)));
}

SettingFields fields_of(const Json& domain) {
  return {{"domain", domain.at("domain").get<std::string>()},
          {"enabled", domain.value("enabled", true) ? "Yes" : "No"},
          {"min_tls_version", domain.value("minTLS", std::string("1.0"))},
          {"zone_id", domain.value("zoneId", std::string())}};
}

void add(const Options& options, Context& context) {
  Json one;
  one["domain"] = checked_domain(options.domain);
  one["enabled"] = true;
  one["zoneId"] = options.zone;
  one["minTLS"] = options.tls.value_or("1.0");
  edit_setting(context, options.target, setting, no_domains(), [&](Json& json) {
    if (domain_named(json, one.at("domain").get<std::string>()) != json["domains"].end()) {
      throw Error(ErrorKind::conflict, fmt::format("the domain {} is connected already", options.domain));
    }
    json["domains"].push_back(one);
  });
  context.out().note("kept with the bucket; locally nothing answers at this domain");
}

void update(const Options& options, Context& context) {
  const std::string name = checked_domain(options.domain);
  edit_setting(context, options.target, setting, no_domains(), [&](Json& json) {
    const auto found = domain_named(json, name);
    if (found == json["domains"].end()) no_such_domain(name);
    if (options.tls) (*found)["minTLS"] = *options.tls;
  });
}

void remove(const Options& options, Context& context) {
  const std::string name = checked_domain(options.domain);
  Json present = read_setting(context, options.target, setting, no_domains());
  if (domain_named(present, name) == present["domains"].end()) no_such_domain(name);
  confirm(context, fmt::format("Disconnect the domain {} from the bucket?", name), "--force",
          options.target.force);
  edit_setting(context, options.target, setting, no_domains(), [&](Json& json) {
    const auto found = domain_named(json, name);
    if (found == json["domains"].end()) no_such_domain(name);
    json["domains"].erase(found);
  });
}

void get(const Options& options, Context& context) {
  const std::string name = checked_domain(options.domain);
  Json json = read_setting(context, options.target, setting, no_domains());
  const auto found = domain_named(json, name);
  if (found == json["domains"].end()) no_such_domain(name);
  print_setting(context, *found, {fields_of(*found)}, "");
}

void list(const Options& options, Context& context) {
  const Json json = read_setting(context, options.target, setting, no_domains());
  std::vector<SettingFields> records;
  for (const Json& domain : json.at("domains")) records.push_back(fields_of(domain));
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

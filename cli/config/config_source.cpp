#include "cli/config/config_source.hpp"

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/output_file.hpp"
#include "cli/config/dotenv.hpp"
#include "cli/config/edit.hpp"
#include "cli/config/jsonc.hpp"
#include "cli/config/project_reader.hpp"
#include "cli/config/toml.hpp"

namespace corral::config {

namespace fs = std::filesystem;

namespace {

Format format_of(const fs::path& file) {
  return file.extension() == ".toml" ? Format::toml : Format::jsonc;
}

Value parse(const fs::path& file, std::string_view text) {
  return format_of(file) == Format::toml ? parse_toml(text, file.native()) : parse_jsonc(text, file.native());
}

}  // namespace

const Location& ConfigSource::location() {
  if (!location_) location_ = locate(request_.working_directory, request_.config);
  return *location_;
}

std::string ConfigSource::environment() {
  if (request_.environment) return *request_.environment;
  if (const auto variable = request_.variable("CLOUDFLARE_ENV")) return *variable;
  return find_in_env_files("CLOUDFLARE_ENV", request_.working_directory, request_.env_files).value_or("");
}

const Project& ConfigSource::project() {
  if (project_) return *project_;
  const std::string name = environment();
  if (!location().file) {
    Project none;
    none.environment = name;
    return project_.emplace(std::move(none));
  }
  const fs::path& file = *location().file;
  return project_.emplace(read_project(parse(file, read_config_text(file)), file, name));
}

std::vector<BindingField> ConfigSource::put_binding(std::string_view array,
                                                    const std::vector<BindingField>& fields) {
  if (!location().file) {
    throw Error(ErrorKind::not_found, "there is no wrangler config to update",
                "make a wrangler.jsonc, or leave --update-config out");
  }
  const fs::path& file = *location().file;
  const std::string name = project().environment;
  const std::size_t problems = project().problems.size();
  EditedConfig edited =
      put_entry(read_config_text(file), file.native(), format_of(file), name, array, fields);
  // Validates the config as every later command will read it.
  if (read_project(parse(file, edited.text), file, name).problems.size() > problems) {
    throw Error(ErrorKind::invalid_input,
                fmt::format("{} would be a wrong config with this entry", shown(file.native())),
                "change the entry by hand; nothing was changed");
  }
  replace_file(end_of_links(file), edited.text);
  project_.reset();
  return std::move(edited.before);
}

std::vector<std::string> ConfigSource::environments_with(const std::function<bool(const Project&)>& what) {
  std::vector<std::string> found;
  if (!location().file) return found;
  const Value root = parse(*location().file, read_config_text(*location().file));
  std::vector<std::string> names = {""};
  if (const Value* environments = root.find("env")) {
    for (const Member& member : environments->members) {
      if (member.value.type == Value::Type::object) names.push_back(member.name);
    }
  }
  const std::string in_use = project().environment;
  for (std::string& name : names) {
    if (name != in_use && what(read_project(root, *location().file, name))) found.push_back(std::move(name));
  }
  return found;
}

}  // namespace corral::config

#include "cli/config/config_source.hpp"

#include <fmt/format.h>

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
  const std::string text = read_config_text(file);
  const Value root =
      format_of(file) == Format::toml ? parse_toml(text, file.native()) : parse_jsonc(text, file.native());
  return project_.emplace(read_project(root, file, name));
}

void ConfigSource::add_binding(std::string_view array, const std::vector<BindingField>& fields) {
  if (!location().file) {
    throw Error(ErrorKind::not_found, "there is no wrangler config to update",
                "make a wrangler.jsonc, or leave --update-config out");
  }
  const fs::path& file = *location().file;
  const std::string text = read_config_text(file);
  replace_file(end_of_links(file),
               add_entry(text, file.native(), format_of(file), project().environment, array, fields));
  project_.reset();
}

}  // namespace corral::config

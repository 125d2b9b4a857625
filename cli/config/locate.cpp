#include "cli/config/locate.hpp"

#include <array>
#include <sys/stat.h>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "cli/config/config_value.hpp"
#include "cli/config/jsonc.hpp"

namespace corral::config {

namespace fs = std::filesystem;

namespace {

bool is_file(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

bool is_there(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

std::optional<fs::path> search_upwards(const fs::path& start) {
  constexpr std::array<const char*, 3> names = {"wrangler.json", "wrangler.jsonc", "wrangler.toml"};
  for (fs::path folder = start;; folder = folder.parent_path()) {
    for (const char* name : names) {
      if (fs::path file = folder / name; is_file(file)) return file;
    }
    if (folder == folder.parent_path()) return std::nullopt;
  }
}

}  // namespace

Location locate(const fs::path& working_directory, const std::optional<std::string>& config_flag) {
  Location location;
  if (config_flag) {
    location.file = (working_directory / *config_flag).lexically_normal();
    if (!is_there(*location.file)) {
      throw Error(ErrorKind::not_found, fmt::format("there is no config {}", shown(location.file->native())),
                  "--config names a wrangler.json, wrangler.jsonc or wrangler.toml");
    }
    if (!is_file(*location.file)) {
      throw Error(ErrorKind::invalid_input, fmt::format("{} is not a file", shown(location.file->native())));
    }
  } else {
    location.file = search_upwards(working_directory);
  }
  location.folder = location.file ? location.file->parent_path() : working_directory;
  return location;
}

std::optional<fs::path> find_redirect(const fs::path& folder) {
  const fs::path file = folder / ".wrangler" / "deploy" / "config.json";
  if (!is_file(file)) return std::nullopt;
  const Value value = parse_jsonc(read_config_text(file), file.native());
  const Value* path = value.find("configPath");
  if (path == nullptr || path->type != Value::Type::string) {
    throw Error(ErrorKind::invalid_input,
                fmt::format("{} has no \"configPath\" that is a string", shown(file.native())));
  }
  return (file.parent_path() / path->text).lexically_normal();
}

std::string read_config_text(const fs::path& file) {
  FileSource source(open_for_reading(file), file.native());
  const std::string name = shown(file.native());
  if (source.remaining().value_or(0) > max_config_bytes) {
    throw Error(ErrorKind::limit,
                fmt::format("{} is larger than {} MiB; is it a config?", name, max_config_bytes >> 20U));
  }
  std::string text = read_all(source, max_config_bytes, name);
  if (const std::size_t valid = valid_utf8_bytes(text); valid < text.size()) {
    throw_syntax_error(text, file.native(), valid, "this is not valid UTF-8");
  }
  return text;
}

}  // namespace corral::config

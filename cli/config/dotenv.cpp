#include "cli/config/dotenv.hpp"

#include <unistd.h>

#include "backends/bytes/text.hpp"
#include "backends/files/durable_file.hpp"

namespace corral::config {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_file_bytes = std::size_t{1} << 20U;

std::string_view trim(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const std::size_t start = text.find_first_not_of(space);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(space) - start + 1);
}

std::string unescape(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      const char next = text[++i];
      result += next == 'n' ? '\n' : next == 'r' ? '\r' : next == 't' ? '\t' : next;
    } else {
      result += text[i];
    }
  }
  return result;
}

/// Removes and returns the value after '='.
std::string take_value(std::string_view& rest) {
  const std::size_t start = rest.find_first_not_of(" \t");
  const char quote = start == std::string_view::npos ? '\0' : rest[start];
  if (quote == '"' || quote == '\'' || quote == '`') {
    std::size_t end = start + 1;
    while (end < rest.size() && rest[end] != quote) end += rest[end] == '\\' && quote == '"' ? 2U : 1U;
    if (end < rest.size()) {
      const std::string_view inside = rest.substr(start + 1, end - start - 1);
      std::string value = quote == '"' ? unescape(inside) : std::string(inside);
      rest.remove_prefix(std::min(rest.find('\n', end), rest.size()));
      return value;
    }
  }
  const std::size_t line_end = std::min(rest.find('\n'), rest.size());
  std::string_view value = rest.substr(0, line_end);
  value = value.substr(0, value.find('#'));
  rest.remove_prefix(line_end);
  return std::string(trim(value));
}

}  // namespace

std::map<std::string, std::string> parse_dotenv(std::string_view text) {
  std::map<std::string, std::string> variables;
  while (!text.empty()) {
    const std::size_t line_end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, line_end);
    const std::size_t equals = line.find('=');
    std::string_view name = trim(line.substr(0, equals));
    if (name.starts_with("export ")) name = trim(name.substr(7));
    const bool is_name =
        !name.empty() && name.front() != '#' && name.find_first_of(" \t\"'") == std::string_view::npos;
    if (equals == std::string_view::npos || !is_name) {
      text.remove_prefix(std::min(line_end + 1, text.size()));
      continue;
    }
    text.remove_prefix(equals + 1);
    variables[std::string(name)] = take_value(text);
    text.remove_prefix(std::min<std::size_t>(1, text.size()));
  }
  return variables;
}

std::map<std::string, std::string> read_env_files(const fs::path& working_directory,
                                                  const std::vector<std::string>& env_files) {
  std::vector<fs::path> files;
  files.reserve(env_files.size() + 2);
  for (const std::string& file : env_files) files.push_back(working_directory / file);
  if (env_files.empty()) {
    for (const char* file : {".env", ".env.local"}) {
      if (fs::path path = working_directory / file; ::access(path.c_str(), F_OK) == 0) files.push_back(path);
    }
  }
  std::map<std::string, std::string> all;
  for (const fs::path& path : files) {
    FileSource source(open_for_reading(path), path.native());
    for (auto& [name, value] : parse_dotenv(read_all(source, max_file_bytes, shown(path.native()))))
      all.insert_or_assign(name, std::move(value));
  }
  return all;
}

std::optional<std::string> find_in_env_files(std::string_view name, const fs::path& working_directory,
                                             const std::vector<std::string>& env_files) {
  const auto all = read_env_files(working_directory, env_files);
  const auto found = all.find(std::string(name));
  return found == all.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace corral::config

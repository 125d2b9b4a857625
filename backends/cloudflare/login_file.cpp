#include "backends/cloudflare/login_file.hpp"

#include <cerrno>
#include <string_view>
#include <sys/stat.h>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/cloudflare/iso_time.hpp"
#include "backends/environment.hpp"
#include "backends/error.hpp"
#include "backends/files/replacement_file.hpp"
#include "backends/platform/config_folder.hpp"
#include "backends/toml/library.hpp"

namespace corral::cloudflare {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t max_file_bytes = std::uint64_t{1} << 20U;

std::string variable(const Environment& environment, const char* name) {
  return environment.get(name).value_or("");
}

std::string file_name(const Environment& environment) {
  const std::string profile = variable(environment, "CLOUDFLARE_AUTH_PROFILE");
  if (profile.empty())
    return variable(environment, "WRANGLER_API_ENVIRONMENT") == "staging" ? "staging.toml" : "default.toml";
  if (profile.find('/') != std::string::npos || profile.front() == '.') {
    throw Error(ErrorKind::invalid_input,
                fmt::format("CLOUDFLARE_AUTH_PROFILE is \"{}\", which cannot be a profile", shown(profile)));
  }
  return profile + ".toml";
}

/// As a TOML basic string.
std::string toml_string(std::string_view text) {
  constexpr unsigned char first_printable = 0x20;
  constexpr unsigned char del = 0x7f;
  std::string toml = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < first_printable || byte == del) {
      toml += fmt::format("\\u{:04x}", byte);
    } else {
      if (c == '"' || c == '\\') toml += '\\';
      toml += c;
    }
  }
  return toml + '"';
}

}  // namespace

std::optional<fs::path> login_file(const Environment& environment) {
  const std::string home = variable(environment, "HOME");
  const fs::path below = fs::path(".wrangler") / "config" / file_name(environment);
  std::error_code ignored;
  if (!home.empty() && fs::is_directory(fs::path(home) / ".wrangler", ignored)) return home / below;
  const std::string config = variable(environment, "XDG_CONFIG_HOME");
  if (!config.empty()) return config / below;
  if (home.empty()) return std::nullopt;
  return platform::config_folder(home) / below;
}

namespace {

toml::table parse(std::string_view text, const fs::path& file) {
  const auto invalid = [&](std::string_view where) {
    return Error(ErrorKind::invalid_input,
                 fmt::format("wrangler's login file {} is not valid TOML{}", shown(file.native()), where),
                 "run 'wrangler login' again, or set CLOUDFLARE_API_TOKEN");
  };
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw invalid(fmt::format(" (line {})", error.source().begin.line));
  } catch (const BrokenTomlAssumption&) {
    throw invalid("");
  }
}

}  // namespace

std::optional<Login> read_login(const fs::path& file) {
  std::string text;
  try {
    FileSource source(open_for_reading(file), file.native());
    text = read_all(source, max_file_bytes, shown(file.native()));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::not_found) return std::nullopt;
    throw;
  }
  const toml::table table = parse(text, file);
  Login login;
  login.access_token = Secret(table["oauth_token"].value_or(std::string()));
  login.refresh_token = Secret(table["refresh_token"].value_or(std::string()));
  login.expires = parse_iso_time(table["expiration_time"].value_or(std::string()));
  if (const toml::array* scopes = table["scopes"].as_array()) {
    for (const toml::node& scope : *scopes) {
      if (const auto name = scope.value<std::string>()) login.scopes.push_back(*name);
    }
  }
  if (login.access_token.empty()) {
    login.access_token = Secret(table["api_token"].value_or(std::string()));
    login.is_api_token = true;
  }
  if (login.access_token.empty() && login.refresh_token.empty()) return std::nullopt;
  return login;
}

void write_login(const fs::path& file, const Login& login) {
  constexpr mode_t owner_alone = 0600;
  // The new file gets the permissions of the old one.
  if (::chmod(file.c_str(), owner_alone) != 0)
    throw system_error(errno, fmt::format("cannot protect {}", shown(file.native())));
  std::string scopes;
  for (const std::string& scope : login.scopes)
    scopes += fmt::format("{}{}", scopes.empty() ? "" : ", ", toml_string(scope));
  replace_file(
      file,
      fmt::format("oauth_token = {}\nexpiration_time = {}\nrefresh_token = {}\nscopes = [ {} ]\n",
                  toml_string(login.access_token.reveal()), toml_string(iso_time(login.expires.value_or(0))),
                  toml_string(login.refresh_token.reveal()), scopes));
}

}  // namespace corral::cloudflare

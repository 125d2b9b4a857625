#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/config/locate.hpp"
#include "commands/command/project.hpp"

namespace corral::config {

/// The inputs that determine which config is read.
struct ConfigRequest {
  std::filesystem::path working_directory;                          ///< absolute
  std::optional<std::string> config;                                ///< --config
  std::optional<std::string> environment;                           ///< --env
  std::vector<std::string> env_files;                               ///< --env-file
  std::function<std::optional<std::string>(const char*)> variable;  ///< the process's environment
};

/// The project of a wrangler config file. The environment is --env, else CLOUDFLARE_ENV from the process,
/// else from the environment files; "" is the top level. Each file is read on first use, once.
class ConfigSource final : public ProjectSource {
 public:
  explicit ConfigSource(ConfigRequest request) : request_(std::move(request)) {}

  const std::filesystem::path& folder() override { return location().folder; }
  const std::optional<std::filesystem::path>& config_file() override { return location().file; }
  std::optional<std::filesystem::path> redirect() override { return find_redirect(location().folder); }
  const Project& project() override;
  std::vector<BindingField> put_binding(std::string_view array,
                                        const std::vector<BindingField>& fields) override;
  std::vector<std::string> environments_with(const std::function<bool(const Project&)>& what) override;

 private:
  const Location& location();
  std::string environment();

  ConfigRequest request_;
  std::optional<Location> location_;
  std::optional<Project> project_;
};

}  // namespace corral::config

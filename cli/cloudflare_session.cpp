#include "cli/cloudflare_session.hpp"

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "backends/cloudflare/identity.hpp"
#include "backends/cloudflare/session.hpp"
#include "cli/config/dotenv.hpp"
#include "cli/interrupt.hpp"
#include "cli/line/version.hpp"

namespace corral {

namespace {

/// The process's variables, and where they say nothing those of the environment files.
class WithEnvFiles final : public Environment {
 public:
  WithEnvFiles(const Environment& process, std::vector<std::string> files)
      : process_(process), files_(std::move(files)) {}

  [[nodiscard]] std::optional<std::string> get(const char* name) const override {
    auto value = process_.get(name);
    if (value && !value->empty()) return value;
    std::call_once(read_,
                   [this] { variables_ = config::read_env_files(std::filesystem::current_path(), files_); });
    const auto found = variables_.find(name);
    return found == variables_.end() ? value : std::optional(found->second);
  }

 private:
  const Environment& process_;
  std::vector<std::string> files_;
  mutable std::once_flag read_;
  mutable std::map<std::string, std::string> variables_;
};

}  // namespace

std::shared_ptr<cloudflare::Session> open_cloudflare_session(Context& context, const ProjectRequest& request,
                                                             const Environment& environment) {
  const auto variables = std::make_shared<const WithEnvFiles>(environment, request.env_files);
  cloudflare::SessionSetup setup{
      .environment = variables,
      .clock = context.clock(),
      .user_agent = user_agent,
      .warn = [&context](std::string_view line) { context.out().warning(line); },
      .log = {},
      .note = [&context](std::string_view line) { context.out().note(line); },
      .check_interrupt = throw_if_interrupted,
      .configured_account = [&context] { return context.project().project().account_id; },
      .project_folder = [&context] { return context.project().folder(); }};
  if (request.debug || variables->get("CORRAL_DEBUG").value_or("").find("http") != std::string::npos)
    setup.log = [&context](std::string_view line) { context.out().note(line); };
  if (context.in().is_terminal())
    setup.ask = [&context](std::string_view question) { return context.in().ask(question); };
  return std::make_shared<cloudflare::Session>(std::move(setup));
}

std::unique_ptr<Identity> open_cloudflare_identity(Context& context, const ProjectRequest& request,
                                                   const Environment& environment) {
  return cloudflare::open_identity(open_cloudflare_session(context, request, environment));
}

}  // namespace corral

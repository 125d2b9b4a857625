#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "backends/error.hpp"
#include "cli/account_stores.hpp"
#include "cli/cloudflare_session.hpp"
#include "cli/config/config_source.hpp"
#include "cli/console.hpp"
#include "cli/environment.hpp"
#include "cli/interrupt.hpp"
#include "cli/local_stores.hpp"
#include "cli/program.hpp"
#include "cli/system_clock.hpp"

namespace {

std::filesystem::path working_folder() {
  std::error_code error;
  std::filesystem::path folder = std::filesystem::current_path(error);
  if (!error) return folder;
  throw corral::Error(corral::ErrorKind::not_found,
                      "the working folder cannot be found: " + error.message() + "; it may have been deleted",
                      "change to another folder, or name one with --cwd");
}

std::unique_ptr<corral::ProjectSource> open_project(const corral::ProjectRequest& request,
                                                    const corral::Environment& environment) {
  return std::make_unique<corral::config::ConfigSource>(corral::config::ConfigRequest{
      .working_directory = working_folder(),
      .config = request.config,
      .environment = request.environment,
      .env_files = request.env_files,
      .variable = [&environment](const char* name) { return environment.get(name); }});
}

/// With a smaller stack limit, the buffers on this thread's stack, and on those of threads that inherit the
/// limit, do not fit.
bool has_enough_stack() {
  constexpr rlim_t least = rlim_t{1} << 20U;
  rlimit limit{};
  return getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= least;
}

void complain_of_stack() {
  constexpr std::string_view text =
      "corral: the stack is limited to less than 1 MiB, which is not enough\n"
      "raise the limit: ulimit -s 8192\n";
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

}  // namespace

int main(int argc, char** argv) {
  if (!has_enough_stack()) {
    complain_of_stack();
    return 1;
  }
  corral::hold_standard_streams();
  corral::catch_interrupts();
  const corral::ProcessEnvironment environment;
  const corral::SystemClock clock;
  corral::Console console({}, environment, clock);
  const corral::Program program{.services = {.open_project = open_project,
                                             .open_stores = corral::open_local_stores,
                                             .open_identity = corral::open_cloudflare_identity,
                                             .open_account = corral::open_account_stores},
                                .environment = environment,
                                .clock = clock,
                                .console = console};
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  return corral::run_program(program, words);
}

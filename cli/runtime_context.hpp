#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/environment.hpp"
#include "commands/command/context.hpp"

namespace corral {

/// What the command line says about the config, and how to talk to an account.
struct ProjectRequest {
  std::optional<std::string> config;       ///< --config
  std::optional<std::string> environment;  ///< --env; else CLOUDFLARE_ENV, which the source looks up
  std::vector<std::string> env_files;      ///< --env-file
  bool debug = false;                      ///< --debug
};

/// Provides a run's project and stores. Each function is called at most once, on first use.
struct Services {
  std::function<std::unique_ptr<ProjectSource>(const ProjectRequest&, const Environment&)> open_project;
  std::function<std::unique_ptr<Stores>(const StateOptions&, ProjectSource&, const Environment&,
                                        const Clock&)>
      open_stores;
  std::function<std::unique_ptr<Identity>(Context&, const ProjectRequest&, const Environment&)>
      open_identity = {};
  /// The stores of the account.
  std::function<std::unique_ptr<Stores>(Context&, const ProjectRequest&, const Environment&)> open_account =
      {};
};

/// How to treat an interrupted restore of the state, before any of the state is accessed.
enum class UnfinishedRestore {
  finish,  ///< complete it, with a note; wait for one that is running in another process
  refuse,  ///< throw unavailable
};

/// The Context of a real run. Everything passed to it must outlive it.
class RuntimeContext final : public Context {
 public:
  RuntimeContext(const Services& services, ProjectRequest request, Output& out, Input& in,
                 const Environment& environment, const Clock& clock,
                 UnfinishedRestore unfinished_restore = UnfinishedRestore::finish);
  ~RuntimeContext() override;

  ProjectSource& project() override;
  Output& out() override { return out_; }
  Input& in() override { return in_; }
  const Clock& clock() override { return clock_; }
  Stores& stores(const StateOptions& options) override;
  std::unique_ptr<http::Client> http_client(http::ClientSettings settings) override;
  Identity& identity() override;
  void check_interrupt() override;
  std::unique_ptr<Context> for_thread(Output& out) override;

 private:
  [[nodiscard]] bool is_remote(const StateOptions& options) const;
  void settle_restore(Stores& stores);

  const Services& services_;
  ProjectRequest request_;
  Output& out_;
  Input& in_;
  const Environment& environment_;
  const Clock& clock_;
  UnfinishedRestore unfinished_restore_;
  std::unique_ptr<ProjectSource> project_;
  std::unique_ptr<Stores> local_;
  std::unique_ptr<Stores> account_;
  std::unique_ptr<Identity> identity_;
};

}  // namespace corral

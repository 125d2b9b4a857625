#include "tests/backends/queue_backends.hpp"

#include "backends/lmdb/environment.hpp"
#include "backends/lmdb/queue_backend.hpp"

namespace corral::testing {

namespace {

struct Local {
  explicit Local(const std::filesystem::path& state_root)
      : environment(state_root / "v3" / "corral" / "queues"), backend(environment) {}
  lmdb::Environment environment;
  lmdb::LmdbQueueBackend backend;
};

std::shared_ptr<QueueBackend> open_local(const std::filesystem::path& state_root) {
  const auto local = std::make_shared<Local>(state_root);
  return {local, &local->backend};
}

}  // namespace

const std::vector<QueueImplementation>& queue_implementations() {
  static const std::vector<QueueImplementation> all = {{"lmdb", open_local}};
  return all;
}

}  // namespace corral::testing

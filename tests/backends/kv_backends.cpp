#include "tests/backends/kv_backends.hpp"

#include <utility>

#include "backends/lmdb/environment.hpp"
#include "backends/lmdb/kv_store.hpp"
#include "backends/wrangler/kv_backend.hpp"
#include "tests/fake_clock.hpp"

namespace corral::testing {

namespace {

/// The LMDB backend together with the environment that it stands on.
class OwnedLmdbBackend final : public KvBackend {
 public:
  explicit OwnedLmdbBackend(const std::filesystem::path& state_root)
      : environment_(state_root / "v3" / "corral"), backend_(environment_) {}
  std::unique_ptr<KvStore> open(std::string_view id) override { return backend_.open(id); }
  std::vector<std::string> stored_namespaces() override { return backend_.stored_namespaces(); }
  std::uint64_t drop(std::string_view id) override { return backend_.drop(id); }

 private:
  lmdb::Environment environment_;
  lmdb::LmdbKvBackend backend_;
};

}  // namespace

const std::vector<KvImplementation>& kv_implementations() {
  static const std::vector<KvImplementation> all = {
      {"wrangler",
       [](const std::filesystem::path& root) -> std::unique_ptr<KvBackend> {
         static const FakeClock clock;
         return std::make_unique<wrangler::WranglerKvBackend>(root, clock);
       }},
      {"lmdb",
       [](const std::filesystem::path& root) -> std::unique_ptr<KvBackend> {
         return std::make_unique<OwnedLmdbBackend>(root);
       }},
  };
  return all;
}

}  // namespace corral::testing

#include "tests/backends/object_backends.hpp"

#include "backends/wrangler/r2_backend.hpp"

namespace corral::testing {

const std::vector<ObjectImplementation>& object_implementations() {
  static const std::vector<ObjectImplementation> all = {
      {"wrangler",
       [](const std::filesystem::path& root) -> std::unique_ptr<ObjectBackend> {
         return std::make_unique<wrangler::WranglerObjectBackend>(root);
       }},
  };
  return all;
}

}  // namespace corral::testing

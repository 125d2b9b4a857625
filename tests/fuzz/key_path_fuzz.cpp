// libFuzzer target: whatever the key, the path that it becomes lies below the folder, and the key comes back
// from it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "backends/error.hpp"
#include "commands/r2/key_path.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view key(reinterpret_cast<const char*>(data), size);
  const std::filesystem::path folder = "/nowhere/at/all";
  const bool refused = corral::r2::why_no_path(key).has_value();
  try {
    const std::string path = corral::r2::path_below(folder, key).native();
    const std::string plain = std::filesystem::path(path).lexically_normal().native();
    if (refused || plain != path || path != folder.native() + "/" + std::string(key)) std::abort();
  } catch (const corral::Error& error) {
    // A path that is too long for the system is the system's to refuse.
    if (!refused && error.kind() != corral::ErrorKind::invalid_input) std::abort();
  }
  return 0;
}

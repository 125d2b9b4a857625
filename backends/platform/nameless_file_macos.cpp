#include <cerrno>

#include "backends/files/spool.hpp"
#include "backends/platform/nameless_file.hpp"

namespace corral::platform {

FileDescriptor open_nameless(const std::filesystem::path& /*folder*/, int /*flags*/, mode_t /*mode*/) {
  errno = EOPNOTSUPP;
  return {};
}

bool can_give_names() {
  return false;
}

bool give_name(const FileDescriptor& /*file*/, const std::filesystem::path& /*name*/) {
  errno = EOPNOTSUPP;
  return false;
}

FileDescriptor make_memory_file() {
  return make_nameless_file();
}

}  // namespace corral::platform

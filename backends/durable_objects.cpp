#include "backends/durable_objects.hpp"

namespace corral {

bool is_object_id(std::string_view text) noexcept {
  return text.size() == do_id_digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace corral

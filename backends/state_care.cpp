#include "backends/state_care.hpp"

namespace corral {

std::string_view name_of(StateProblem::Kind kind) noexcept {
  using Kind = StateProblem::Kind;
  switch (kind) {
    case Kind::database: return "database";
    case Kind::index: return "index";
    case Kind::missing: return "missing";
    case Kind::wrong_size: return "wrong-size";
    case Kind::wrong_hash: return "wrong-hash";
    case Kind::parts: return "parts";
    case Kind::bookmark: return "bookmark";
  }
  return "";
}

}  // namespace corral

#include "backends/registry.hpp"

namespace corral {

std::string_view name_of(ResourceKind kind) noexcept {
  switch (kind) {
    case ResourceKind::kv_namespace: return "kv_namespace";
    case ResourceKind::d1_database: return "d1_database";
    case ResourceKind::r2_bucket: return "r2_bucket";
    case ResourceKind::queue: return "queue";
  }
  return "unknown";
}

std::string_view label_of(ResourceKind kind) noexcept {
  switch (kind) {
    case ResourceKind::kv_namespace: return "KV namespace";
    case ResourceKind::d1_database: return "D1 database";
    case ResourceKind::r2_bucket: return "R2 bucket";
    case ResourceKind::queue: return "queue";
  }
  return "resource";
}

}  // namespace corral

#include "backends/state_snapshots.hpp"

namespace corral {

std::string_view name_of(StateService service) noexcept {
  switch (service) {
    case StateService::kv: return "kv";
    case StateService::d1: return "d1";
    case StateService::r2: return "r2";
    case StateService::queues: return "queues";
    case StateService::durable_objects: return "do";
  }
  return "";
}

std::optional<StateService> state_service_of(std::string_view name) noexcept {
  for (const StateService service : state_services) {
    if (name_of(service) == name) return service;
  }
  return std::nullopt;
}

std::string_view name_of(StateDifference::Change change) noexcept {
  switch (change) {
    case StateDifference::Change::added: return "added";
    case StateDifference::Change::removed: return "removed";
    case StateDifference::Change::changed: return "changed";
  }
  return "";
}

}  // namespace corral

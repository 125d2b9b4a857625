#pragma once

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/clock.hpp"
#include "backends/kv_namespaces.hpp"
#include "backends/registry.hpp"

namespace corral {

/// The namespaces of a state folder: the registry knows those that were created here, the KV backends those
/// that have entries.
class RegisteredKvNamespaces final : public KvNamespaces {
 public:
  using Backends = std::vector<std::pair<std::string_view, KvBackend*>>;

  /// `backends`: by name. All must outlive it.
  RegisteredKvNamespaces(Registry& registry, Backends backends, const Clock& clock)
      : registry_(registry), backends_(std::move(backends)), clock_(clock) {}

  std::vector<KvNamespace> list() override;
  std::optional<KvNamespace> find_title(std::string_view title) override;
  std::optional<KvNamespace> find_id(std::string_view id) override;
  KvNamespace create(const NewKvNamespace& wanted) override;
  void rename(std::string_view id, std::string_view new_title) override;
  std::optional<std::uint64_t> remove(std::string_view id) override;
  std::optional<KvStats> totals(std::string_view id, UnixMillis now) override;
  std::string id_of_binding(const std::optional<std::string>& worker, std::string_view binding) override;
  [[nodiscard]] bool made_by_first_write() const override { return true; }
  std::string owner() override { return {}; }

 private:
  Registry& registry_;
  Backends backends_;
  const Clock& clock_;
};

}  // namespace corral

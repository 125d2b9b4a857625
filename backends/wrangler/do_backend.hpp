#pragma once

#include <filesystem>
#include <utility>

#include "backends/durable_objects.hpp"

namespace corral::wrangler {

/// Durable Objects as stored by `wrangler dev`: `v3/do/<script>-<class>/<object id>.sqlite`.
class WranglerDurableObjects final : public DurableObjectBackend {
 public:
  explicit WranglerDurableObjects(std::filesystem::path state_root) : state_root_(std::move(state_root)) {}

  [[nodiscard]] bool reads_content() const override { return true; }
  std::vector<DurableClass> stored_classes() override;
  std::string description_of(const DurableClass& /*of*/) override { return {}; }
  std::optional<std::string> list(
      const DurableClass& of, const DurableObjectRange& range,
      const std::function<void(std::span<const ListedObject> objects)>& take) override;
  [[nodiscard]] bool is_stored(const DurableClass& of) override;
  DurableClassSize size_of(const DurableClass& of) override;
  std::vector<std::string> ids(const DurableClass& of, std::string_view prefix) override;
  [[nodiscard]] std::string id_of(const DurableClass& of, std::string_view name) const override;
  std::unique_ptr<DurableObject> open(const DurableClass& of, std::string_view id,
                                      std::optional<std::string> name) override;
  std::vector<DurableObjectFinding> look_into(const DurableClass& of,
                                              std::span<const std::string> ids) override;

 private:
  [[nodiscard]] std::filesystem::path folder(const DurableClass& of) const;

  std::filesystem::path state_root_;
};

}  // namespace corral::wrangler

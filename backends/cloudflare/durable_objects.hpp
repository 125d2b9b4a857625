#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/cloudflare/session.hpp"
#include "backends/durable_objects.hpp"

namespace corral::cloudflare {

/// The account's Durable Objects. Its REST API lists them, but gives no access to their content.
class AccountDurableObjects final : public DurableObjectBackend {
 public:
  explicit AccountDurableObjects(std::shared_ptr<Session> session) : session_(std::move(session)) {}

  [[nodiscard]] bool reads_content() const override { return false; }
  std::vector<DurableClass> stored_classes() override;
  std::string description_of(const DurableClass& of) override;
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
  struct Namespace {
    DurableClass of;
    std::string id;
    std::string description;
  };
  std::string base();
  const std::vector<Namespace>& namespaces();
  const Namespace& namespace_of(const DurableClass& of);

  std::shared_ptr<Session> session_;
  std::optional<std::vector<Namespace>> namespaces_;
};

}  // namespace corral::cloudflare

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "backends/r2_buckets.hpp"

namespace corral {

/// The domains of a bucket: {"domains": [{"domain", "enabled", "zoneId", "minTLS"}]}.
class DomainDocument {
 public:
  /// `json`: null if no domain was ever connected. Must outlive it.
  explicit DomainDocument(nlohmann::ordered_json& json);

  void add(const NewBucketDomain& wanted);
  /// Throws not_found, like `remove`.
  nlohmann::ordered_json& find(std::string_view domain);
  void remove(std::string_view domain);

 private:
  nlohmann::ordered_json& list_;
};

/// The notification rules of a bucket: {"queues": [{"queueName", "rules": [{"ruleId", "prefix"?, "suffix"?,
/// "actions", "description"?, "createdAt"}]}]}.
class NotificationDocument {
 public:
  /// `json`: null if there never was a rule. Must outlive it.
  explicit NotificationDocument(nlohmann::ordered_json& json);

  /// Throws conflict if another rule would report the same events, which R2 forbids.
  void add(const NewNotification& wanted, const std::string& id);
  /// Removes a rule, or all of the queue. Throws not_found.
  void remove(std::string_view queue, const std::optional<std::string>& rule);

 private:
  nlohmann::ordered_json::iterator queue_named(std::string_view name);

  nlohmann::ordered_json& queues_;
};

/// What is kept of the request to enable sippy on a bucket: not its secrets.
nlohmann::ordered_json sippy_without_secrets(const nlohmann::ordered_json& request, std::string_view bucket);

}  // namespace corral

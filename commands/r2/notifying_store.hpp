#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backends/object_store.hpp"
#include "commands/command/context.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

/// A notification rule of a bucket: which events go to which queue.
struct NotificationRule {
  std::string queue;
  std::string prefix;                ///< of the key; empty: any
  std::string suffix;                ///< of the key; empty: any
  std::vector<std::string> actions;  ///< "PutObject", "CopyObject", "CompleteMultipartUpload",
                                     ///< "DeleteObject", "LifecycleDeletion"
};

/// Parses the rules in a bucket's settings (bucket_notification.cpp).
std::vector<NotificationRule> parse_notification_rules(const Json& notifications);

/// What caused a deletion, as stated in the event.
enum class DeletionCause { person, lifecycle };

/// Sends events: the messages for one queue, as JSON.
using SendEvents = std::function<void(const std::string& queue, std::vector<std::string> events)>;

/// Wraps a bucket that has notification rules: forwards to the other store, then sends an event for each
/// object created or deleted (docs/reference/r2.md, "Event messages"). The change is made before the event is
/// sent: a crash in between loses the event, never the change.
std::unique_ptr<ObjectStore> notifying_store(std::unique_ptr<ObjectStore> store,
                                             std::vector<NotificationRule> rules, DeletionCause cause,
                                             const Clock& clock, SendEvents send);

}  // namespace corral::r2

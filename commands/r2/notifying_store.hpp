#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backends/object_store.hpp"
#include "commands/command/context.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

/// A notification rule of a bucket: which events are told to which queue.
struct NotificationRule {
  std::string queue;
  std::string prefix;                ///< of the key; empty: any
  std::string suffix;                ///< of the key; empty: any
  std::vector<std::string> actions;  ///< "PutObject", "CopyObject", "CompleteMultipartUpload",
                                     ///< "DeleteObject", "LifecycleDeletion"
};

/// The rules as the bucket's settings keep them (bucket_notification.cpp).
std::vector<NotificationRule> parse_notification_rules(const Json& notifications);

/// On whose behalf objects are deleted; the event says so.
enum class DeletionCause { person, lifecycle };

/// Where events go: the messages for one queue, as JSON.
using SendEvents = std::function<void(const std::string& queue, std::vector<std::string> events)>;

/// A bucket whose rules want to hear of objects that are made and deleted: does what the other store does,
/// then sends an event for each (docs/reference/r2.md, "Event messages"). The change comes first and the
/// event after it: a crash in between loses the event, never the change.
std::unique_ptr<ObjectStore> notifying_store(std::unique_ptr<ObjectStore> store,
                                             std::vector<NotificationRule> rules, DeletionCause cause,
                                             const Clock& clock, SendEvents send);

}  // namespace corral::r2

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "commands/command.hpp"
#include "commands/queues/target.hpp"

namespace corral::queues {

/// The leaves of `queues subscription`.
Command subscription_create();
Command subscription_list();
Command subscription_get();
Command subscription_update();
Command subscription_delete();

/// The parts of a comma-separated list, none empty. Throws usage.
std::vector<std::string> parse_events(std::string_view text);

/// The subscription of this id. Throws not_found.
Subscription& find_subscription(QueueSettings& settings, std::string_view id, std::string_view queue);

/// Prints one subscription, as a table or as JSON.
void print_subscription(Context& context, const Subscription& subscription);

}  // namespace corral::queues

#pragma once

#include <span>
#include <string>
#include <string_view>

#include "backends/cloudflare/api_codes.hpp"
#include "commands/queues/target.hpp"
#include "serve/rest/route.hpp"

namespace corral::serve::rest {

// The endpoints of queues (docs/reference/remote.md, "Queues").
std::span<const Route> queue_routes();
std::span<const Route> queue_consumer_routes();
std::span<const Route> queue_message_routes();
std::span<const Route> subscription_routes();

inline constexpr ServiceCodes queue_codes = {.not_found = cloudflare::code::queue_not_found,
                                             .conflict = cloudflare::code::queue_name_taken,
                                             .invalid = cloudflare::code::queue_bad_request,
                                             .denied = cloudflare::code::queue_bad_request,
                                             .internal = cloudflare::code::queue_bad_request};

/// The id of a queue: the one it was created with, or one made of its name, if the config or messages are all
/// that is known of it. 32 hex digits.
std::string id_of(const queues::KnownQueue& queue);

/// The queue with the id, in either form. Throws Refusal (404).
queues::KnownQueue find_queue(const Call& call, std::string_view id);

/// The queue with this name, as it is by now.
queues::KnownQueue queue_named(const Call& call, const std::string& name);

/// A consumer as the API describes it.
Json described(const queues::KnownQueue& queue, const Consumer& consumer);

}  // namespace corral::serve::rest

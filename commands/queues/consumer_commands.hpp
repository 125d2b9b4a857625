#pragma once

#include "commands/command.hpp"
#include "commands/queues/queue_settings.hpp"

namespace corral::queues {

/// The leaves of `queues consumer`, `queues consumer worker` and `queues consumer http`.
Command consumer_add();
Command consumer_list();
Command consumer_remove();
Command consumer_worker_add();
Command consumer_worker_list();
Command consumer_worker_remove();
Command consumer_http_add();
Command consumer_http_list();
Command consumer_http_remove();

/// Adds what becomes of messages that fail: --message-retries, --dead-letter-queue, --retry-delay-secs.
void add_retry_flags(CLI::App& app, Consumer& consumer);

}  // namespace corral::queues

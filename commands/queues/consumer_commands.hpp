#pragma once

#include "commands/command.hpp"

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

}  // namespace corral::queues

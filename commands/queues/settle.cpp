#include <memory>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/text.hpp"
#include "commands/arguments.hpp"
#include "commands/json_text.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/lease_words.hpp"
#include "commands/queues/target.hpp"

namespace corral::queues {

namespace {

constexpr UnixMillis second = 1000;

struct Options {
  QueueOptions target;
  std::vector<std::string> leases;
  std::optional<std::int64_t> delay;
  std::optional<std::int64_t> visibility_ms;
  std::optional<std::int64_t> visibility_seconds;
};

/// Prints what was done with each kind, and fails if a lease was not live.
void report(Context& context, const std::vector<Settlement>& settlements, const std::vector<bool>& live,
            std::string_view done) {
  nlohmann::ordered_json json;
  std::size_t acked = 0;
  std::size_t retried = 0;
  nlohmann::ordered_json refused = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < live.size(); ++i) {
    if (!live[i]) {
      refused[settlements[i].lease_id] = "the lease is not live";
    } else {
      ++(settlements[i].kind == Settlement::Kind::ack ? acked : retried);
    }
  }
  if (done.empty()) {
    json["ackCount"] = acked;
    json["retryCount"] = retried;
  } else {
    json["extendCount"] = acked + retried;
  }
  if (!refused.empty()) json["warnings"] = refused;
  if (context.out().for_person()) {
    context.out().note(done.empty() ? fmt::format("acknowledged {}, to be retried {}", acked, retried)
                                    : fmt::format("{} {}", done, acked + retried));
  } else {
    context.out().data(json_text(json, 2) + "\n");
  }
  if (refused.empty()) return;
  throw Error(ErrorKind::not_found,
              fmt::format("{} of {} leases {} not live", refused.size(), live.size(),
                          refused.size() == 1 ? "was" : "were"),
              "a lease ends when it runs out, or by an ack or a retry; pull again for new ones");
}

void settle(const Options& options, Context& context, Settlement::Kind kind) {
  check_range("--delay-seconds", options.delay, 0, queue_max_delay / second);
  const KnownQueue queue = find_queue(context, options.target);
  const UnixMillis delay = options.delay.value_or(queue.consumer().retry_delay.value_or(0)) * second;
  const auto settlements =
      read_settlements(context, options.leases, kind, kind == Settlement::Kind::retry ? delay : 0);
  const auto live =
      open_messages(context, options.target.state, queue)->settle(settlements, context.clock().now());
  report(context, settlements, live, "");
}

void extend(const Options& options, Context& context) {
  check_range("--visibility-timeout-ms", options.visibility_ms, 1, queue_max_visibility);
  check_range("--visibility-timeout", options.visibility_seconds, 1, queue_max_visibility / second);
  if (options.visibility_ms && options.visibility_seconds) {
    throw Error(ErrorKind::usage, "--visibility-timeout and --visibility-timeout-ms exclude each other");
  }
  const KnownQueue queue = find_queue(context, options.target);
  const UnixMillis visibility =
      options.visibility_seconds
          ? *options.visibility_seconds * second
          : options.visibility_ms.value_or(queue.consumer().visibility_ms.value_or(queue_default_visibility));
  const auto settlements = read_settlements(context, options.leases, Settlement::Kind::ack, 0);
  std::vector<std::string> leases;
  leases.reserve(settlements.size());
  for (const Settlement& settlement : settlements) leases.push_back(settlement.lease_id);
  const auto live =
      open_messages(context, options.target.state, queue)->extend(leases, visibility, context.clock().now());
  report(context, settlements, live, "extended");
}

std::shared_ptr<Options> declare_leases(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_queue_options(app, options->target, "queue");
  value_name(add_texts(app, "leases", options->leases, "Lease ids; without any from standard input"),
             "LEASE");
  return options;
}

Run declare_ack(CLI::App& app) {
  auto options = declare_leases(app);
  return [options](Context& context) { settle(*options, context, Settlement::Kind::ack); };
}

Run declare_retry(CLI::App& app) {
  auto options = declare_leases(app);
  value_name(add_integer(app, "--delay-seconds", options->delay,
                         "Deliver again after so long: 0 to 86400 (the consumer's retry delay)"),
             "SECONDS");
  return [options](Context& context) { settle(*options, context, Settlement::Kind::retry); };
}

Run declare_extend(CLI::App& app) {
  auto options = declare_leases(app);
  value_name(add_integer(app, "--visibility-timeout-ms", options->visibility_ms,
                         "How long the leases last from now: 1 to 43200000 (30000)"),
             "MILLISECONDS");
  value_name(add_integer(app, "--visibility-timeout", options->visibility_seconds, "The same in seconds"),
             "SECONDS");
  return [options](Context& context) { extend(*options, context); };
}

}  // namespace

Command ack(Form form) {
  return {.names = {"ack"},
          .summary = "Acknowledge messages: they are done and deleted",
          .examples = {form == Form::brief ? "corral queues pull mails | corral queues ack mails"
                                           : "corral queues pull mails | corral queues messages ack mails"},
          .declare = declare_ack,
          .live_values = queue_values()};
}

Command retry(Form form) {
  return {.names = {"retry"},
          .summary = "Give messages back, to be delivered again",
          .examples = {form == Form::brief
                           ? "corral queues pull mails | corral queues retry mails --delay-seconds 30"
                           : "corral queues pull mails | corral queues messages retry mails"},
          .declare = declare_retry,
          .live_values = queue_values()};
}

Command extend_leases(Form form) {
  return {.names = {"extend-leases"},
          .summary = "Let leases last longer, from now on",
          .examples =
              {form == Form::brief
                   ? "corral queues pull mails | corral queues extend-leases mails --visibility-timeout 600"
                   : "corral queues pull mails | corral queues messages extend-leases mails"},
          .declare = declare_extend,
          .live_values = queue_values()};
}

}  // namespace corral::queues

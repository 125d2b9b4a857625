#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/lease_words.hpp"
#include "commands/queues/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::queues {

namespace {

struct Options {
  QueueOptions target;
  std::vector<std::string> leases;
  std::optional<std::int64_t> delay;
  std::optional<std::int64_t> visibility_ms;
  std::optional<std::int64_t> visibility_seconds;
};

/// The outcome of settling the leases on a command line.
struct Counts {
  std::size_t acked = 0;
  std::size_t retried = 0;
  std::size_t extended = 0;
  std::size_t dropped = 0;        ///< of those retried
  std::size_t dead_lettered = 0;  ///< of those retried
  std::vector<std::string> stale;
};

Counts count(const std::vector<Settlement>& settlements, const std::vector<Settled>& settled) {
  Counts counts;
  for (std::size_t i = 0; i < settled.size(); ++i) {
    if (settled[i] == Settled::stale) {
      counts.stale.push_back(settlements[i].lease_id);
      continue;
    }
    ++(settlements[i].kind == Settlement::Kind::ack ? counts.acked : counts.retried);
    if (settled[i] == Settled::dropped) ++counts.dropped;
    if (settled[i] == Settled::dead_lettered) ++counts.dead_lettered;
  }
  return counts;
}

void warn_of_used_up(Output& out, std::size_t count, std::string_view fate) {
  if (count == 0) return;
  out.warning(
      fmt::format("{} {} used up all attempts: {}", count, count == 1 ? "message" : "messages", fate));
}

/// Throws not_found if a lease had expired.
void refuse_stale(const Counts& counts, std::size_t all) {
  if (counts.stale.empty()) return;
  throw Error(ErrorKind::not_found,
              fmt::format("{} of {} leases {} not live", counts.stale.size(), all,
                          counts.stale.size() == 1 ? "was" : "were"),
              "a lease ends when it runs out, or by an ack or a retry; pull again for new ones");
}

/// Prints the counts of each kind, in the REST API's format.
void print(Output& out, Json json, const Counts& counts) {
  for (const std::string& lease : counts.stale) json["warnings"][lease] = "the lease is not live";
  out.data(json_text(json, 2) + "\n");
}

void settle(const Options& options, Context& context, Settlement::Kind kind) {
  check_range("--delay-seconds", options.delay, 0, queue_max_delay / one_second);
  const KnownQueue queue = find_queue(context, options.target);
  const UnixMillis delay = options.delay.value_or(queue.consumer().retry_delay.value_or(0)) * one_second;
  const auto settlements =
      read_settlements(context, options.leases, kind, kind == Settlement::Kind::retry ? delay : 0);
  const Counts counts =
      count(settlements,
            open_messages(context, options.target.state, queue)->settle(settlements, context.clock().now()));
  Output& out = context.out();
  warn_of_used_up(out, counts.dropped, "dropped");
  warn_of_used_up(out, counts.dead_lettered, "moved to the dead letter queue");
  if (out.for_person()) {
    out.note(fmt::format("acknowledged {}, to be retried {}", counts.acked,
                         counts.retried - counts.dropped - counts.dead_lettered));
  } else {
    print(out, {{"ackCount", counts.acked}, {"retryCount", counts.retried}}, counts);
  }
  refuse_stale(counts, settlements.size());
}

void extend(const Options& options, Context& context) {
  check_range("--visibility-timeout-ms", options.visibility_ms, 1, queue_max_visibility);
  check_range("--visibility-timeout", options.visibility_seconds, 1, queue_max_visibility / one_second);
  if (options.visibility_ms && options.visibility_seconds) {
    throw Error(ErrorKind::usage, "--visibility-timeout and --visibility-timeout-ms exclude each other");
  }
  const KnownQueue queue = find_queue(context, options.target);
  const UnixMillis visibility =
      options.visibility_seconds
          ? *options.visibility_seconds * one_second
          : options.visibility_ms.value_or(queue.consumer().visibility_ms.value_or(queue_default_visibility));
  const auto settlements = read_settlements(context, options.leases, Settlement::Kind::ack, 0);
  std::vector<std::string> leases;
  leases.reserve(settlements.size());
  for (const Settlement& settlement : settlements) leases.push_back(settlement.lease_id);
  const auto live =
      open_messages(context, options.target.state, queue)->extend(leases, visibility, context.clock().now());
  Counts counts;
  for (std::size_t i = 0; i < live.size(); ++i) {
    if (live[i]) {
      ++counts.extended;
    } else {
      counts.stale.push_back(leases[i]);
    }
  }
  if (context.out().for_person()) {
    context.out().note(fmt::format("extended {}", counts.extended));
  } else {
    print(context.out(), {{"extendCount", counts.extended}}, counts);
  }
  refuse_stale(counts, leases.size());
}

std::shared_ptr<Options> declare_leases(Arguments& arguments, Reach reach = Reach::state_folder_account) {
  auto options = std::make_shared<Options>();
  add_queue_options(arguments, options->target, "queue", reach);
  value_name(add_texts(arguments, "leases", options->leases, "Lease ids (default: from standard input)"),
             "LEASE");
  return options;
}

Run declare_ack(Arguments& arguments) {
  auto options = declare_leases(arguments);
  return [options](Context& context) { settle(*options, context, Settlement::Kind::ack); };
}

Run declare_retry(Arguments& arguments) {
  auto options = declare_leases(arguments);
  value_name(add_integer(arguments, "--delay-seconds", options->delay,
                         "Deliver again after this delay: 0 to 86400 (the consumer's retry delay)"),
             "SECONDS");
  return [options](Context& context) { settle(*options, context, Settlement::Kind::retry); };
}

Run declare_extend(Arguments& arguments) {
  auto options = declare_leases(arguments, Reach::state_folder);
  value_name(add_integer(arguments, "--visibility-timeout-ms", options->visibility_ms,
                         "New length of the leases from now: 1 to 43200000 (30000)"),
             "MILLISECONDS");
  value_name(
      add_integer(arguments, "--visibility-timeout", options->visibility_seconds, "The same in seconds"),
      "SECONDS");
  return [options](Context& context) { extend(*options, context); };
}

}  // namespace

Command ack(Form form) {
  return {.names = {"ack"},
          .summary = "Acknowledge leased messages, which deletes them",
          .examples = {form == Form::brief ? "corral queues pull mails | corral queues ack mails"
                                           : "corral queues pull mails | corral queues messages ack mails"},
          .declare = declare_ack,
          .live_values = queue_values()};
}

Command retry(Form form) {
  return {.names = {"retry"},
          .summary = "Release leased messages for another delivery",
          .examples = {form == Form::brief
                           ? "corral queues pull mails | corral queues retry mails --delay-seconds 30"
                           : "corral queues pull mails | corral queues messages retry mails"},
          .declare = declare_retry,
          .live_values = queue_values()};
}

Command extend_leases(Form form) {
  return {.names = {"extend-leases"},
          .summary = "Extend leases, counted from now",
          .examples =
              {form == Form::brief
                   ? "corral queues pull mails | corral queues extend-leases mails --visibility-timeout 600"
                   : "corral queues pull mails | corral queues messages extend-leases mails"},
          .declare = declare_extend,
          .live_values = queue_values()};
}

}  // namespace corral::queues

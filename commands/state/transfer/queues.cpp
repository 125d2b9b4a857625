// Queues: their settings and consumers, never their messages, since pulling them would take them from the
// live consumers.
#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/message_queue.hpp"
#include "backends/queue_definitions.hpp"
#include "commands/command/config_check.hpp"
#include "commands/state/transfer/transfer.hpp"

namespace corral::state {

namespace {

using Change = StateDifference::Change;

constexpr std::int64_t default_retention = queue_default_retention / 1000;

constexpr std::array<std::optional<std::int64_t> Consumer::*, 6> consumer_numbers = {
    &Consumer::batch_size,  &Consumer::batch_timeout, &Consumer::retries,
    &Consumer::concurrency, &Consumer::visibility_ms, &Consumer::retry_delay};

/// Whether two consumers are the same, where both say something: what is not said is the product's default.
bool same_consumer(const Consumer& one, const Consumer& other) {
  if (one.pulls != other.pulls || (!one.pulls && one.script != other.script)) return false;
  for (const auto member : consumer_numbers)
    if (one.*member && other.*member && *(one.*member) != *(other.*member)) return false;
  return one.dead_letter_queue.value_or("") == other.dead_letter_queue.value_or("");
}

const Consumer* consumer_of(const std::optional<DefinedQueue>& queue) {
  return queue && !queue->consumers.empty() ? &queue->consumers.front() : nullptr;
}

bool same_consumer(const std::optional<DefinedQueue>& one, const std::optional<DefinedQueue>& other) {
  const Consumer* const a = consumer_of(one);
  const Consumer* const b = consumer_of(other);
  return a == nullptr || b == nullptr ? a == b : same_consumer(*a, *b);
}

/// What differs of two queues, by names of settings.
std::vector<std::string> differences(const DefinedQueue& one, const DefinedQueue& other) {
  std::vector<std::string> fields;
  if (one.delivery_delay.value_or(0) != other.delivery_delay.value_or(0))
    fields.emplace_back("delivery_delay");
  if (one.retention.value_or(default_retention) != other.retention.value_or(default_retention))
    fields.emplace_back("retention");
  if (!same_consumer(one, other)) fields.emplace_back("consumer");
  return fields;
}

/// Makes the queue of one place like that of another.
void assimilate(QueueDefinitions& place, const std::optional<DefinedQueue>& present,
                const DefinedQueue& wanted) {
  DefinedQueue queue;
  queue.name = wanted.name;
  if (!present) {
    queue.delivery_delay = wanted.delivery_delay;
    queue.retention = wanted.retention;
    queue = place.create(queue);
  } else {
    queue = *present;
    place.update(queue, {.delivery_delay = wanted.delivery_delay.value_or(0),
                         .retention = wanted.retention.value_or(default_retention)});
  }
  if (same_consumer(present, wanted)) return;
  if (const Consumer* const old = consumer_of(present)) {
    place.remove_consumer(queue, old->pulls ? ConsumerChoice{} : ConsumerChoice{.script = old->script});
  }
  if (wanted.consumers.empty()) return;
  Consumer consumer = wanted.consumers.front();
  consumer.id.clear();
  consumer.description.clear();
  place.add_consumer(queue, consumer);
}

class QueueTransfer final : public ResourceTransfer {
 public:
  QueueTransfer(Context& context, const TransferOptions& options, TransferResource resource)
      : context_(context), options_(options), resource_(std::move(resource)) {}

  [[nodiscard]] const TransferResource& resource() const override { return resource_; }

  TransferCounts compare(const Visit& visit) override {
    const std::optional<DefinedQueue> here = find(options_.local);
    const std::optional<DefinedQueue> there = find(options_.account);
    counts_ = {};
    StateDifference found;
    found.service = StateService::queues;
    found.what = "queue";
    found.item = resource_.local_id;
    if (!here && !there) return counts_;
    if (!here || !there) {
      found.change = here ? Change::added : Change::removed;
      ++(here ? counts_.added : counts_.removed);
    } else {
      found.fields = differences(*here, *there);
      if (found.fields.empty()) {
        ++counts_.same;
        return counts_;
      }
      found.change = Change::changed;
      ++counts_.changed;
    }
    visit(found);
    return counts_;
  }

  TransferCounts plan_pull() override {
    const DefinedQueue there = require_in_account();
    const std::optional<DefinedQueue> here = find(options_.local);
    TransferCounts counts;
    ++(!here ? counts.added : differences(*here, there).empty() ? counts.same : counts.changed);
    return counts;
  }

  PullReport pull(UndoPoint& undo) override {
    PullReport report;
    report.counts = plan_pull();
    if (!report.counts.any_difference()) return report;
    const std::optional<DefinedQueue> here = find(options_.local);
    if (here) report.undo = undo.keep(StateService::queues);
    assimilate(context_.stores(options_.local).queue_definitions(), here, require_in_account());
    return report;
  }

  TransferCounts push() override {
    TransferCounts counts = counts_;
    counts.removed = 0;  // a queue goes with its messages, so it is never deleted here
    const std::optional<DefinedQueue> here = find(options_.local);
    if (here)
      assimilate(context_.stores(options_.account).queue_definitions(), find(options_.account), *here);
    return counts;
  }

 private:
  [[nodiscard]] std::optional<DefinedQueue> find(const StateOptions& place) const {
    return context_.stores(place).queue_definitions().find(resource_.account_id);
  }

  [[nodiscard]] DefinedQueue require_in_account() const {
    if (auto found = find(options_.account)) return *std::move(found);
    throw Error(ErrorKind::not_found,
                fmt::format("there is no queue \"{}\"{}", shown(resource_.account_id),
                            context_.stores(options_.account).queue_definitions().owner()),
                fmt::format("make it with 'corral queues create {} --remote', or choose other services",
                            shown(resource_.account_id)));
  }

  Context& context_;
  const TransferOptions& options_;
  TransferResource resource_;
  TransferCounts counts_;
};

TransferResource resource_of(std::vector<std::string> names, const std::string& queue) {
  TransferResource resource;
  resource.service = StateService::queues;
  resource.names = std::move(names);
  resource.local_id = resource.account_id = queue;
  return resource;
}

std::vector<TransferResource> bound(Context& context, const TransferOptions& /*options*/) {
  std::vector<TransferResource> resources;
  if (!context.project().config_file()) return resources;
  const Project& project = require_section(context, ConfigSection::queues);
  const auto add = [&](const std::string& queue, const std::string& binding) {
    for (TransferResource& one : resources) {
      if (one.account_id != queue) continue;
      if (!binding.empty()) one.names.push_back(binding);
      return;
    }
    std::vector<std::string> names = {queue};
    if (!binding.empty()) names.push_back(binding);
    resources.push_back(resource_of(std::move(names), queue));
    resources.back().is_production = project.environment.empty();
    resources.back().is_bound = true;
  };
  for (const QueueProducer& one : project.queue_producers) add(one.queue, one.binding);
  for (const QueueConsumer& one : project.queue_consumers) add(one.queue, "");
  return resources;
}

std::optional<TransferResource> find(Context& context, const TransferOptions& options,
                                     std::string_view name) {
  const auto found = context.stores(options.account).queue_definitions().find(name);
  if (!found) return std::nullopt;
  return resource_of({found->name}, found->name);
}

std::unique_ptr<ResourceTransfer> open(Context& context, const TransferOptions& options,
                                       TransferResource resource) {
  return std::make_unique<QueueTransfer>(context, options, std::move(resource));
}

}  // namespace

TransferService queue_transfers() {
  return {.service = StateService::queues, .label = "queue", .bound = bound, .find = find, .open = open};
}

}  // namespace corral::state

#include "backends/cloudflare/message_queue.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/cloudflare/queue_json.hpp"
#include "backends/error.hpp"
#include "backends/unknown_outcome.hpp"

namespace corral::cloudflare {

namespace {

constexpr std::size_t messages_a_call = 100;
constexpr std::size_t bytes_a_call = 256'000;
/// What is around the messages of a batch.
constexpr std::string_view batch_start = R"({"messages":[)";
constexpr std::string_view batch_end = "]}";

Error not_by_api(std::string_view what) {
  return {ErrorKind::unavailable, fmt::format("Cloudflare's API cannot {} of a queue", what),
          "leave --remote out, or use the dashboard for what the account holds"};
}

/// Throws UnknownOutcome where no answer says whether the messages were taken; never sends twice.
void send_once(ApiClient& api, const Call& call, std::size_t count, std::string_view queue) {
  const auto unknown = [&](const std::string& reason) {
    return UnknownOutcome(
        fmt::format("{} for the queue \"{}\" may or may not have been sent: {}",
                    count == 1 ? "the message" : fmt::format("{} messages", count), shown(queue), reason),
        fmt::format("look with 'corral queues peek {} --remote' before you send again", shown(queue)),
        reason);
  };
  try {
    api.call(call);
  } catch (const http::ConnectionError& error) {
    if (error.may_have_arrived()) throw unknown(error.message());
    throw;
  } catch (const ApiError& error) {
    if (http::is_success(error.status()) || http::is_server_error(error.status()))
      throw unknown(error.message());
    throw;
  }
}

}  // namespace

AccountMessageQueue::AccountMessageQueue(std::shared_ptr<Session> session, AccountQueues& queues,
                                         std::string name)
    : session_(std::move(session)), queues_(queues), name_(std::move(name)) {
  traits_.most_sent = messages_a_call;
  traits_.most_sent_bytes = bytes_a_call - batch_start.size() - batch_end.size();
  traits_.says_ids = false;
  traits_.extends_leases = false;
  traits_.releases_freely = false;
  traits_.shows_all = false;
  traits_.counts = false;
  traits_.most_peeked = queue_max_pull;
  traits_.poll_pause = 2 * one_second;
}

std::string AccountMessageQueue::path() {
  return queues_.path_of(queues_.get(name_));
}

std::size_t AccountMessageQueue::sent_bytes(const NewMessage& message) const {
  constexpr UnixMillis no_delay = -1;
  return message_object(message, no_delay).size() + 1;
}

std::vector<std::string> AccountMessageQueue::send(std::span<const NewMessage> messages,
                                                   UnixMillis /*retention*/, UnixMillis /*now*/) {
  if (messages.empty()) return {};
  for (const NewMessage& message : messages) check_message(message);
  const UnixMillis own_delay = queues_.get(name_).delivery_delay.value_or(0) * one_second;
  Call call{.method = "POST", .path = path() + "/messages"};
  if (messages.size() == 1) {
    call.body = message_object(messages.front(), own_delay);
  } else {
    call.path += "/batch";
    call.body = batch_start;
    for (const NewMessage& message : messages) {
      if (call.body.size() > batch_start.size()) call.body += ",";
      call.body += message_object(message, own_delay);
    }
    call.body += batch_end;
  }
  send_once(session_->api(), call, messages.size(), name_);
  return {};
}

PullResult AccountMessageQueue::pull(const PullRequest& request, UnixMillis now) {
  check_pull(request);
  const nlohmann::ordered_json body{{"batch_size", request.limit},
                                    {"visibility_timeout_ms", request.visibility}};
  const nlohmann::ordered_json result =
      session_->api()
          .call({.method = "POST", .path = path() + "/messages/pull", .body = write_json(body)})
          .result;
  PullResult pulled;
  if (!result.is_object()) return pulled;
  for (const nlohmann::ordered_json& json : result.value("messages", nlohmann::ordered_json::array())) {
    QueueMessage& message = pulled.messages.emplace_back(read_message(json));
    message.state = MessageState::in_flight;
    message.visible_at = now + request.visibility;
  }
  const auto backlog = result.find("message_backlog_count");
  if (backlog != result.end() && backlog->is_number()) pulled.backlog = backlog->get<std::uint64_t>();
  return pulled;
}

void AccountMessageQueue::settle_some(std::span<const Settlement> settlements, std::span<Settled> settled) {
  nlohmann::ordered_json body{{"acks", nlohmann::ordered_json::array()},
                              {"retries", nlohmann::ordered_json::array()}};
  for (const Settlement& settlement : settlements) {
    check_delay(settlement.delay);
    nlohmann::ordered_json one{{"lease_id", settlement.lease_id}};
    if (settlement.kind == Settlement::Kind::retry) one["delay_seconds"] = settlement.delay / one_second;
    body[settlement.kind == Settlement::Kind::ack ? "acks" : "retries"].push_back(std::move(one));
  }
  // An ack twice is an ack; a retry twice might release what another consumer has leased since.
  const nlohmann::ordered_json result = session_->api()
                                            .call({.method = "POST",
                                                   .path = path() + "/messages/ack",
                                                   .body = write_json(body),
                                                   .repeatable = body["retries"].empty()})
                                            .result;
  const nlohmann::ordered_json warnings =
      result.is_object() ? result.value("warnings", nlohmann::ordered_json()) : nlohmann::ordered_json();
  for (std::size_t i = 0; i < settlements.size(); ++i) {
    const bool is_stale = warnings.is_object() && warnings.contains(settlements[i].lease_id);
    settled[i] = is_stale ? Settled::stale : Settled::done;
  }
}

std::vector<Settled> AccountMessageQueue::settle(std::span<const Settlement> settlements,
                                                 UnixMillis /*now*/) {
  std::vector<Settled> settled(settlements.size(), Settled::stale);
  for (std::size_t first = 0; first < settlements.size(); first += messages_a_call) {
    const std::size_t count = std::min(messages_a_call, settlements.size() - first);
    settle_some(settlements.subspan(first, count), std::span(settled).subspan(first, count));
  }
  return settled;
}

std::vector<QueueMessage> AccountMessageQueue::peek(std::size_t limit, bool hidden, UnixMillis /*now*/) {
  if (hidden) throw not_by_api("show the delayed and leased messages");
  if (limit == 0) return {};
  const nlohmann::ordered_json body{{"batch_size", std::min(limit, traits_.most_peeked)}};
  // Looking is safe to repeat, though it is a POST.
  const nlohmann::ordered_json result = session_->api()
                                            .call({.method = "POST",
                                                   .path = path() + "/messages/preview",
                                                   .body = write_json(body),
                                                   .repeatable = true})
                                            .result;
  std::vector<QueueMessage> messages;
  if (!result.is_object()) return messages;
  for (const nlohmann::ordered_json& json : result.value("messages", nlohmann::ordered_json::array())) {
    QueueMessage& message = messages.emplace_back(read_message(json));
    message.visible_at = message.timestamp;
    message.lease_id.clear();
  }
  return messages;
}

std::optional<std::uint64_t> AccountMessageQueue::purge(UnixMillis /*now*/) {
  const nlohmann::ordered_json body{{"delete_messages_permanently", true}};
  session_->api().call({.method = "POST", .path = path() + "/purge", .body = write_json(body)});
  return std::nullopt;
}

void AccountMessageQueue::set_paused(bool paused) {
  const nlohmann::ordered_json body{{"queue_name", name_}, {"settings", {{"delivery_paused", paused}}}};
  session_->api().call({.method = "PATCH", .path = path(), .body = write_json(body), .repeatable = true});
}

bool AccountMessageQueue::paused() {
  const auto queue = read_json(queues_.get(name_).description);
  const nlohmann::ordered_json settings = queue.value("settings", nlohmann::ordered_json());
  return settings.is_object() && settings.value("delivery_paused", nlohmann::ordered_json()) == true;
}

std::vector<bool> AccountMessageQueue::extend(std::span<const std::string> /*lease_ids*/,
                                              UnixMillis /*visibility*/, UnixMillis /*now*/) {
  throw not_by_api("extend the leases");
}

std::vector<QueueMessage> AccountMessageQueue::list(std::string_view /*after_ref*/, std::size_t /*limit*/,
                                                    UnixMillis /*now*/) {
  throw not_by_api("list all messages");
}

std::string AccountMessageQueue::last_ref() {
  throw not_by_api("list all messages");
}

std::vector<bool> AccountMessageQueue::erase(std::span<const std::string> /*refs*/, UnixMillis /*now*/) {
  throw not_by_api("delete single messages");
}

QueueStats AccountMessageQueue::stats(UnixMillis /*now*/) {
  throw not_by_api("count the messages");
}

std::unique_ptr<MessageQueue> AccountQueueBackend::open(std::string_view name) {
  return std::make_unique<AccountMessageQueue>(session_, queues_, std::string(name));
}

MoveResult AccountQueueBackend::move(std::string_view /*from*/, const MoveRequest& /*request*/,
                                     UnixMillis /*now*/) {
  throw not_by_api("move the messages");
}

std::uint64_t AccountQueueBackend::drop(std::string_view /*name*/) {
  throw not_by_api("drop the messages");
}

}  // namespace corral::cloudflare

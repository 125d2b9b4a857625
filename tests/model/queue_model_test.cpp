// Random histories of several processes on several queues, each step compared with a plain model:
// CORRAL_MODEL_HISTORIES of them (2,000 by default), from CORRAL_MODEL_SEED (1 by default).
//
// The processes are simulated: each holds the leases that it was given and works on its own backend; a crash
// makes it forget them. Real processes with real kills are in tests/crash/queues.test.mjs.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>
#include <set>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "backends/lmdb/environment.hpp"
#include "backends/lmdb/queue_backend.hpp"
#include "tests/model/plain_queues.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
using namespace corral::testing;

namespace {

constexpr std::size_t processes = 5;
constexpr std::size_t queues = 3;
constexpr int steps = 60;

/// What a history says when it goes wrong.
struct Disagreement {
  std::string what;
};

struct HeldLease {
  std::size_t queue = 0;
  std::string lease_id;
};

class History {
 public:
  History(lmdb::Environment& environment, std::uint64_t seed) : random_(seed), model_(queues) {
    for (Process& process : processes_) process.backend.emplace(environment);
    // A queue's number decides ties; here the queues come into being in order.
    for (std::size_t i = 0; i < queues; ++i) {
      queue(0, i)->set_paused(true);
      queue(0, i)->set_paused(false);
    }
  }

  void run() {
    for (int i = 0; i < steps; ++i) step();
    drain();
    for (std::size_t i = 0; i < queues; ++i) processes_[0].backend->drop(name(i));
  }

  [[nodiscard]] std::string story() const { return story_.str(); }
  [[nodiscard]] std::uint64_t delivered() const { return delivered_; }

 private:
  struct Process {
    std::optional<lmdb::LmdbQueueBackend> backend;
    std::vector<HeldLease> held;
  };

  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }
  bool chance(std::size_t one_in) { return pick(one_in) == 0; }
  static std::string name(std::size_t queue) { return std::string(1, static_cast<char>('a' + queue)); }
  std::unique_ptr<MessageQueue> queue(std::size_t process, std::size_t queue) {
    return processes_.at(process).backend->open(name(queue));
  }

  template <typename Real, typename Plain>
  void agree(const char* what, const Real& real, const Plain& plain) {
    if (real == plain) return;
    std::ostringstream text;
    text << what << ": " << real << " instead of " << plain;
    throw Disagreement{text.str()};
  }

  void step() {
    const std::size_t who = pick(processes);
    const std::size_t where = pick(queues);
    story_ << "\n" << now_ << " process " << who << " on " << name(where) << ": ";
    model_.pass(now_);
    switch (pick(16)) {
      case 0:
      case 1:
      case 2: send(who, where); break;
      case 3:
      case 4:
      case 5:
      case 6: pull(who, where); break;
      case 7:
      case 8:
      case 9: settle(who); break;
      case 10: extend(who); break;
      case 11:
        story_ << "crash";
        if (chance(2)) processes_[who].held.clear();
        break;
      case 12:
      case 13: tick(); break;
      case 14: look(who, where); break;
      default: seldom(who, where); break;
    }
  }

  void tick() {
    now_ += static_cast<UnixMillis>(pick(12));
    story_ << "clock";
  }

  void send(std::size_t who, std::size_t where) {
    std::vector<NewMessage> messages(1 + pick(3));
    for (NewMessage& message : messages) {
      message.body = std::string(chance(10) ? 1'500 : pick(5), 'b');
      message.delay = chance(3) ? static_cast<UnixMillis>(pick(8)) : 0;
    }
    const UnixMillis retention = 1 + static_cast<UnixMillis>(pick(120));
    const auto ids = queue(who, where)->send(messages, retention, now_);
    story_ << "send " << ids.size() << " kept " << retention;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      model_.send(where, ids[i], messages[i].delay, retention, now_);
      sent_.insert(ids[i]);
    }
    agree("ids", sent_.size(), total_ += ids.size());
  }

  void pull(std::size_t who, std::size_t where) {
    PullRequest request;
    request.limit = 1 + pick(4);
    request.visibility = 1 + static_cast<UnixMillis>(pick(10));
    request.max_retries = static_cast<std::uint32_t>(pick(4));
    std::optional<std::size_t> dead_letter;
    if (where + 1 < queues && !chance(3)) dead_letter = where + 1;
    const UnixMillis retention = 1 + static_cast<UnixMillis>(pick(60));
    if (dead_letter) request.dead_letter = DeadLetterQueue{name(*dead_letter), retention};
    story_ << "pull " << request.limit << " for " << request.visibility << " retries " << request.max_retries;
    PullResult pulled;
    try {
      pulled = queue(who, where)->pull(request, now_);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::conflict || !model_.counts[where].paused) throw;
      story_ << " (paused)";
      return;
    }
    if (model_.counts[where].paused) throw Disagreement{"a paused queue delivered"};
    const auto expected = model_.pull(where, request.limit, request.visibility, request.max_retries,
                                      dead_letter, retention, now_);
    agree("messages pulled", pulled.messages.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const QueueMessage& message = pulled.messages[i];
      agree("id", message.id, expected[i].id);
      agree("attempts", message.attempts, expected[i].attempts);
      agree("timestamp", message.timestamp, expected[i].timestamp);
      agree("end of the lease", message.visible_at, now_ + request.visibility);
      agree("source", message.source, expected[i].source ? name(*expected[i].source) : "");
      if (acked_.count(message.id) != 0) throw Disagreement{"delivered after its ack"};
      if (!leases_.insert(message.lease_id).second) throw Disagreement{"a lease was given twice"};
      model_.lease(where, message.id, message.lease_id);
      processes_[who].held.push_back({where, message.lease_id});
      ++delivered_;
    }
    agree("backlog", pulled.backlog, model_.stats(where, now_).messages);
  }

  /// Settles some of the leases a process holds, including expired ones, in one call per queue.
  void settle(std::size_t who) {
    Process& process = processes_[who];
    if (process.held.empty()) return;
    const std::size_t where = process.held[pick(process.held.size())].queue;
    std::vector<Settlement> settlements;
    for (const HeldLease& held : process.held) {
      if (held.queue != where || chance(3)) continue;
      Settlement settlement{held.lease_id, Settlement::Kind::ack, 0};
      if (chance(3)) settlement.kind = Settlement::Kind::retry;
      if (chance(6)) settlement.kind = Settlement::Kind::release;
      if (settlement.kind == Settlement::Kind::retry && chance(2))
        settlement.delay = static_cast<UnixMillis>(pick(6));
      settlements.push_back(settlement);
      if (chance(8)) settlements.push_back({held.lease_id, Settlement::Kind::retry, 0});
    }
    story_ << "settle " << settlements.size() << " of " << name(where);
    const auto settled = queue(who, where)->settle(settlements, now_);
    for (std::size_t i = 0; i < settlements.size(); ++i) {
      std::string id;
      for (const PlainMessage& message : model_.messages) {
        if (message.lease_id == settlements[i].lease_id) id = message.id;
      }
      agree("settled", static_cast<int>(settled[i]),
            static_cast<int>(model_.settle(where, settlements[i], now_)));
      if (settled[i] != Settled::stale && settlements[i].kind == Settlement::Kind::ack) acked_.insert(id);
    }
    if (chance(2)) std::erase_if(process.held, [&](const HeldLease& held) { return held.queue == where; });
  }

  void extend(std::size_t who) {
    Process& process = processes_[who];
    if (process.held.empty()) return;
    const HeldLease& held = process.held[pick(process.held.size())];
    const UnixMillis visibility = 1 + static_cast<UnixMillis>(pick(15));
    story_ << "extend to " << visibility;
    const std::vector<std::string> leases = {held.lease_id};
    agree("extended", static_cast<bool>(queue(who, held.queue)->extend(leases, visibility, now_).at(0)),
          model_.extend(held.queue, held.lease_id, visibility, now_));
  }

  void look(std::size_t who, std::size_t where) {
    story_ << "look";
    const auto seen = queue(who, where)->peek(1'000, true, now_);
    const auto expected = model_.in_order(where);
    agree("messages seen", seen.size(), expected.size());
    for (std::size_t i = 0; i < seen.size(); ++i) {
      agree("id seen", seen[i].id, expected[i].id);
      agree("attempts seen", seen[i].attempts, expected[i].attempts);
      agree("visible at", seen[i].visible_at, expected[i].visible_at);
      agree("expires at", seen[i].expires_at, expected[i].expires_at);
    }
    const QueueStats stats = queue(who, where)->stats(now_);
    const QueueStats plain = model_.stats(where, now_);
    agree("messages", stats.messages, plain.messages);
    agree("ready", stats.ready, plain.ready);
    agree("delayed", stats.delayed, plain.delayed);
    agree("in flight", stats.in_flight, plain.in_flight);
    agree("oldest", stats.oldest.value_or(-1), plain.oldest.value_or(-1));
    agree("dead-lettered", stats.dead_lettered, plain.dead_lettered);
    agree("dropped", stats.dropped, plain.dropped);
    agree("expired", stats.expired, plain.expired);
    agree("paused", stats.paused, plain.paused);
  }

  void seldom(std::size_t who, std::size_t where) {
    switch (pick(4)) {
      case 0: {
        story_ << "purge";
        agree("purged", queue(who, where)->purge(now_).value(), model_.purge(where));
        break;
      }
      case 1: {
        PlainCounts& counts = model_.counts[where];
        counts.paused = !counts.paused;
        story_ << "pause " << counts.paused;
        queue(who, where)->set_paused(counts.paused);
        break;
      }
      default: {
        MoveRequest request;
        std::optional<std::size_t> to;
        if (chance(2)) to = (where + 1) % queues;
        if (to) request.to = name(*to);
        request.limit = 1 + pick(6);
        const UnixMillis retention = 1 + static_cast<UnixMillis>(pick(60));
        request.retention = [=](const std::string&) { return retention; };
        story_ << "move " << request.limit;
        processes_[who].backend->move(name(where), request, now_);
        model_.move(where, to, request.limit, retention, now_);
        break;
      }
    }
  }

  /// Everything that is left comes out in the end, and nothing else does.
  void drain() {
    story_ << "\ndrain";
    for (std::size_t where = 0; where < queues; ++where) {
      queue(0, where)->set_paused(false);
      model_.counts[where].paused = false;
    }
    for (std::size_t round = 0; round < 40; ++round) {
      for (std::size_t where = 0; where < queues; ++where) {
        model_.pass(now_);
        look(round % processes, where);
        pull(round % processes, where);
        model_.pass(now_);
        settle(round % processes);
      }
      now_ += 5;
    }
    now_ += 1'000;
    for (std::size_t where = 0; where < queues; ++where) {
      model_.pass(now_);
      look(0, where);
      agree("left", model_.stats(where, now_).messages, std::uint64_t{0});
    }
  }

  std::mt19937_64 random_;
  PlainQueues model_;
  std::array<Process, processes> processes_;
  UnixMillis now_ = 1'000'000;
  std::size_t total_ = 0;
  std::uint64_t delivered_ = 0;
  std::set<std::string> sent_;
  std::set<std::string> acked_;
  std::set<std::string> leases_;
  std::ostringstream story_;
};

std::uint64_t number_from(const char* variable, std::uint64_t fallback) {
  const char* const text = std::getenv(variable);
  return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : fallback;
}

}  // namespace

TEST_CASE("random histories of five processes on three queues are those of the model") {
  const TemporaryFolder folder;
  lmdb::Environment environment(folder.path() / "queues", lmdb::Environment::Flush::never);
  const std::uint64_t first = number_from("CORRAL_MODEL_SEED", 1);
  const std::uint64_t count = number_from("CORRAL_MODEL_HISTORIES", 2'000);
  std::uint64_t delivered = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    History history(environment, seed);
    try {
      history.run();
    } catch (const Disagreement& disagreement) {
      FAIL("history " << seed << ": " << disagreement.what << history.story());
    }
    delivered += history.delivered();
  }
  MESSAGE(count << " histories, " << delivered << " deliveries");
  CHECK(delivered > count);
}

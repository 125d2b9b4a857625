#include "backends/snapshots/state_moment.hpp"

#include <algorithm>
#include <chrono>
#include <sys/resource.h>
#include <thread>

#include <fmt/format.h>

#include "backends/corral_layout.hpp"
#include "backends/error.hpp"
#include "backends/snapshots/kept_file.hpp"
#include "backends/wrangler/state_tree.hpp"

namespace corral::snapshots {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto longest_search = std::chrono::seconds(10);
constexpr auto pause_between_attempts = std::chrono::microseconds(200);

/// Each database needs three descriptors while it is being read.
void allow_many_files(std::size_t databases) {
  constexpr rlim_t others = 64;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= databases * 4 + others) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, databases * 4 + others);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// Opens new databases and drops deleted ones; returns whether there were any.
bool follow_files(const LiveState& live, const std::vector<StateService>& services, StateMoment& moment) {
  const std::vector<std::string> paths = wrangler::list_databases(live.v3, services);
  bool changed = std::erase_if(moment.databases, [&](const auto& open) {
                   return !std::binary_search(paths.begin(), paths.end(), open.first);
                 }) != 0;
  allow_many_files(paths.size());
  for (const std::string& path : paths) {
    if (moment.databases.contains(path)) continue;
    changed = true;
    try {
      auto database = std::make_unique<DatabaseMoment>(live.v3 / path);
      database->begin();
      moment.databases.emplace(path, std::move(database));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::not_found) throw;  // deleted again
    }
  }
  return changed;
}

/// Whether everything being read was current at the same time.
bool all_current(const LiveState& live, const std::vector<StateService>& services, StateMoment& moment) {
  bool all = !follow_files(live, services, moment);
  for (const auto& [path, database] : moment.databases) {
    if (database->current()) continue;
    database->begin();
    all = false;
  }
  return all;
}

bool is_latest(lmdb::Environment& environment, const lmdb::Transaction* transaction) {
  return environment.last_write() == (transaction == nullptr ? 0 : transaction->id());
}

/// Runs `body` with a read transaction, or with nullptr if there is no environment.
void with_transaction(lmdb::Environment& environment, const std::function<void(lmdb::Transaction*)>& body) {
  if (!environment.read([&](lmdb::Transaction& transaction) { body(&transaction); })) body(nullptr);
}

std::string signature_of(const lmdb::Environment& environment, const lmdb::Transaction* transaction) {
  if (transaction == nullptr) return "none";
  std::string stamp = stamp_of(CorralLayout::data_of(environment.folder()));
  return fmt::format("{}-{}", stamp.substr(0, stamp.find('-')), transaction->id());
}

[[noreturn]] void give_up() {
  throw Error(ErrorKind::busy, "the state is written to without pause, so that no one moment of it was found",
              "run the command again, when less is written");
}

}  // namespace

void at_one_moment(const LiveState& live, const std::vector<StateService>& services,
                   const std::function<bool(const StateMoment&)>& accept,
                   const std::function<void(const StateMoment&)>& body) {
  const auto deadline = SteadyClock::now() + longest_search;
  StateMoment moment;
  bool found = false;
  const auto search = [&] {
    while (is_latest(live.environment, moment.environment) && is_latest(live.queues, moment.queues)) {
      live.check_interrupt();
      const bool one_moment = all_current(live, services, moment) &&
                              is_latest(live.environment, moment.environment) &&
                              is_latest(live.queues, moment.queues);
      if (one_moment && accept(moment)) {
        found = true;
        body(moment);
        return;
      }
      if (SteadyClock::now() > deadline) give_up();
      if (one_moment) {
        std::this_thread::sleep_for(pause_between_attempts);
        // A rejected moment is over, even if there were no commits.
        for (const auto& [path, database] : moment.databases) {
          if (!database->current()) database->begin();
        }
      }
    }
  };
  while (!found) {
    with_transaction(live.environment, [&](lmdb::Transaction* environment) {
      with_transaction(live.queues, [&](lmdb::Transaction* queues) {
        moment.environment = environment;
        moment.queues = queues;
        moment.environment_signature = signature_of(live.environment, environment);
        moment.queues_signature = signature_of(live.queues, queues);
        search();
      });
    });
    if (!found && SteadyClock::now() > deadline) give_up();
  }
}

}  // namespace corral::snapshots

#include "commands/state/problems.hpp"

#include <functional>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bookmark_store.hpp"
#include "backends/corral_layout.hpp"
#include "backends/error.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::state {

namespace {

void check_own(Stores& stores, bool deep, const std::function<void()>& pulse,
               std::vector<StateProblem>& problems) {
  const auto look = [&](const char* what, const std::filesystem::path& folder, const auto& read) {
    try {
      read();
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      problems.push_back({.kind = StateProblem::Kind::database,
                          .service = what,
                          .file = folder,
                          .item = {},
                          .what = error.message()});
    }
  };
  const CorralLayout layout(stores.state_root());
  look("corral", layout.main_environment(), [&] {
    for (const ResourceKind kind : {ResourceKind::kv_namespace, ResourceKind::d1_database,
                                    ResourceKind::r2_bucket, ResourceKind::queue})
      stores.registry().list(kind);
  });
  look("queues", layout.queues(), [&] {
    for (const std::string& name : stores.queues().stored_queues())
      stores.queues().open(name)->peek(1, true, 0);
  });
  look("time-travel", layout.time_travel(), [&] {
    BookmarkStore* const bookmarks = stores.bookmarks();
    if (bookmarks == nullptr) return;
    bookmarks->check(deep, pulse, [&](const DamagedBookmark& damaged) {
      problems.push_back({.kind = StateProblem::Kind::bookmark,
                          .service = "time-travel",
                          .file = layout.time_travel(),
                          .item = {},
                          .what = fmt::format("{} (taken at {})", damaged.what, iso_time(damaged.taken_at))});
    });
  });
}

}  // namespace

std::vector<StateProblem> find_problems(Context& context, const StateOptions& state, bool deep) {
  Stores& stores = context.stores(state);
  std::vector<StateProblem> problems;
  {
    const std::unique_ptr<Progress> progress = context.out().progress("Checking", 0, ProgressUnit::items);
    std::uint64_t steps = 0;
    const auto pulse = [&] {
      context.check_interrupt();
      progress->update(++steps);
    };
    stores.care().check(deep, pulse, [&](const StateProblem& problem) { problems.push_back(problem); });
    check_own(stores, deep, pulse, problems);
  }
  return problems;
}

void print_problems(const std::vector<StateProblem>& problems, Output& out) {
  if (out.for_person()) {
    if (problems.empty()) return;
    Table table({{"service"}, {"problem"}, {"key"}, {"what"}, {"file"}});
    for (const StateProblem& problem : problems) {
      table.add({problem.service, std::string(name_of(problem.kind)), problem.item, problem.what,
                 problem.file.native()});
    }
    table.print(out);
    return;
  }
  Json json = Json::array();
  for (const StateProblem& problem : problems) {
    Json one;
    one["service"] = problem.service;
    one["problem"] = name_of(problem.kind);
    one["file"] = problem.file.native();
    if (!problem.item.empty()) one["key"] = problem.item;
    one["what"] = problem.what;
    json.push_back(std::move(one));
  }
  out.data(json_text(json, 2) + "\n");
}

}  // namespace corral::state

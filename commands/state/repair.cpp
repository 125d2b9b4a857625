#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "backends/bookmark_store.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/command/state_options.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/problems.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::state {

namespace {

struct Options {
  StateOptions state;
  bool force = false;
};

bool is_repairable(const StateProblem& problem) {
  using Kind = StateProblem::Kind;
  return problem.kind == Kind::missing || problem.kind == Kind::index || problem.kind == Kind::bookmark;
}

bool mend(const StateProblem& problem, Stores& stores) {
  if (problem.kind != StateProblem::Kind::bookmark) return stores.care().mend(problem);
  // The first of them removes all.
  if (BookmarkStore* const bookmarks = stores.bookmarks()) bookmarks->remove_damaged();
  return stores.bookmarks() != nullptr;
}

void run(const Options& options, Context& context) {
  Output& out = context.out();
  const std::vector<StateProblem> problems = find_problems(context, options.state, false);
  const auto mendable =
      static_cast<std::size_t>(std::count_if(problems.begin(), problems.end(), is_repairable));
  std::vector<StateProblem> left;
  std::size_t mended = 0;
  if (mendable != 0) {
    confirm(
        context,
        fmt::format(
            "Remove the entries whose values are lost and bookmarks that are damaged, and rebuild damaged "
            "indexes ({} problem{})?",
            mendable, mendable == 1 ? "" : "s"),
        "--force (-y)", options.force);
  }
  for (const StateProblem& problem : problems) {
    context.check_interrupt();
    if (is_repairable(problem) && mend(problem, context.stores(options.state))) {
      ++mended;
    } else {
      left.push_back(problem);
    }
  }
  // A remedy may already have fixed other problems.
  if (mended != 0) left = find_problems(context, options.state, false);
  if (out.for_person()) {
    print_problems(left, out);
    out.note(problems.empty() ? "no problems found"
                              : fmt::format("repaired {} of {} problems", mended, problems.size()));
  } else {
    out.data(json_text({{"problems", problems.size()}, {"mended", mended}, {"left", left.size()}}, 2) + "\n");
  }
  if (!left.empty()) {
    throw Error(ErrorKind::corrupt,
                fmt::format("{} problem{} cannot be repaired", left.size(), left.size() == 1 ? "" : "s"),
                "'corral state check' lists them; restore those resources from a backup, or reset them");
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_state_options(arguments, options->state);
  add_flag(arguments, "--force,-y", options->force, "Do not ask");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command repair() {
  return {.names = {"repair"},
          .summary = "Repair the state: entries with lost values, damaged indexes and bookmarks",
          .examples = {"corral state repair", "corral state repair -y"},
          .declare = declare};
}

}  // namespace corral::state

#include "commands/state/transfer/snapshot_undo.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "commands/text/readable.hpp"

namespace corral::state {

namespace {

/// "20261129-093000", in UTC.
std::string compact_time(UnixMillis time) {
  std::string text = iso_time(time).substr(0, 19);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  std::replace(text.begin(), text.end(), 'T', '-');
  return text;
}

/// How many snapshots of each service are kept of those that a command takes before it changes the state.
constexpr std::size_t undo_points_kept = 5;

std::string prefix_of(std::string_view command) {
  return fmt::format("before-{}-", command);
}

/// Whether it is the name of such a snapshot: "before-pull-20261129-093000-kv", perhaps with "-2" at its end.
bool is_undo_point(std::string_view name, std::string_view command, StateService service) {
  const std::string prefix = prefix_of(command);
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  for (const char form : std::string_view("00000000-000000-")) {
    if (name.empty()) return false;
    const bool is_digit = name.front() >= '0' && name.front() <= '9';
    if (form == '0' ? !is_digit : name.front() != form) return false;
    name.remove_prefix(1);
  }
  const std::string_view wanted = name_of(service);
  if (!name.starts_with(wanted)) return false;
  name.remove_prefix(wanted.size());
  return name.empty() || (name.size() > 1 && name.front() == '-' &&
                          name.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

/// The name, or with a number after it if there is such a snapshot already: several runs may fall into one
/// second.
std::string free_name(StateSnapshots& snapshots, const std::string& wanted) {
  const std::vector<SnapshotInfo> all = snapshots.list();
  std::string name = wanted;
  const auto is_taken = [&] {
    return std::any_of(all.begin(), all.end(), [&](const SnapshotInfo& one) { return one.name == name; });
  };
  for (int number = 2; is_taken(); ++number) name = fmt::format("{}-{}", wanted, number);
  return name;
}

}  // namespace

SnapshotUndo::SnapshotUndo(Context& context, StateOptions local, std::string_view command)
    : context_(context), local_(std::move(local)), command_(command) {}

std::string SnapshotUndo::keep(StateService service) {
  auto kept = kept_.find(service);
  if (kept == kept_.end()) {
    const UnixMillis now = context_.clock().now();
    StateSnapshots& snapshots = context_.stores(local_).snapshots();
    const std::string name = free_name(
        snapshots, fmt::format("{}{}-{}", prefix_of(command_), compact_time(now), name_of(service)));
    snapshots.save(name, {service}, now, false);
    kept = kept_.emplace(service, name).first;
    remove_old(service);
  }
  return "state restore " + kept->second;
}

void SnapshotUndo::remove_old(StateService service) {
  StateSnapshots& snapshots = context_.stores(local_).snapshots();
  std::vector<std::string> names;  // oldest first
  for (const SnapshotInfo& one : snapshots.list()) {
    if (is_undo_point(one.name, command_, service)) names.push_back(one.name);
  }
  const std::size_t surplus = names.size() - std::min(names.size(), undo_points_kept);
  for (std::size_t i = 0; i < surplus; ++i) {
    try {
      snapshots.remove(names[i]);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      context_.out().warning(
          fmt::format("the old snapshot {} could not be removed: {}", names[i], error.message()));
    }
  }
}

}  // namespace corral::state

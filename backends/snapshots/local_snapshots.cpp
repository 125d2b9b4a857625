#include "backends/snapshots/local_snapshots.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/platform/exchange.hpp"
#include "backends/snapshots/blob_shelf.hpp"
#include "backends/snapshots/discarded_files.hpp"
#include "backends/wrangler/state_tree.hpp"

namespace corral::snapshots {

namespace fs = std::filesystem;

namespace {

bool is_there(const fs::path& path) {
  return nofollow::status(path).has_value();
}

void count_files(const fs::path& folder, SnapshotGarbage& garbage) {
  std::error_code error;
  nofollow::refuse_links(folder);
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code gone;
    if (entry->is_symlink(gone) || !entry->is_regular_file(gone)) continue;
    ++garbage.files;
    garbage.bytes += entry->file_size(gone);
  }
}

}  // namespace

void check_snapshot_name(std::string_view whole_name) {
  constexpr std::size_t longest = 64;
  std::string_view name = whole_name;
  if (name.starts_with(temporary_snapshot_mark)) name.remove_prefix(1);
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  if (!name.empty() && name.size() <= longest && name.front() != '-' && name.front() != '.' &&
      name.find_first_not_of(allowed) == std::string_view::npos) {
    return;
  }
  throw Error(ErrorKind::invalid_input,
              fmt::format("\"{}\" cannot be the name of a snapshot",
                          shown(first_characters(whole_name, longest + 1))),
              "use 1 to 64 letters, digits, '-', '_' and '.', beginning with a letter, a digit or '_'");
}

LocalStateSnapshots::LocalStateSnapshots(const fs::path& state_root, lmdb::Environment& environment,
                                         lmdb::Environment& queues, std::function<void()> check_interrupt,
                                         std::chrono::milliseconds patience)
    : layout_(CorralLayout(state_root).snapshots()),
      live_{state_root / "v3", environment, queues, std::move(check_interrupt)},
      patience_(patience) {}

FileLock LocalStateSnapshots::lock() const {
  return {layout_.lock(), live_.check_interrupt};
}

fs::path LocalStateSnapshots::folder_of(std::string_view name) const {
  check_snapshot_name(name);
  return layout_.state(name);
}

std::vector<std::string> LocalStateSnapshots::names() const {
  std::vector<std::string> names = nofollow::names_in(layout_.states());
  std::erase_if(names, [](const std::string& name) { return name.starts_with('.'); });
  std::sort(names.begin(), names.end());
  return names;
}

Manifest LocalStateSnapshots::manifest_of(std::string_view name) const {
  const fs::path folder = folder_of(name);
  if (!is_there(folder)) {
    throw Error(ErrorKind::not_found, fmt::format("there is no snapshot \"{}\"", shown(name)),
                "'corral state list' shows those there are");
  }
  return read_manifest(folder, name);
}

std::optional<Manifest> LocalStateSnapshots::latest() const {
  std::optional<Manifest> latest;
  for (const std::string& name : names()) {
    try {
      Manifest manifest = read_manifest(layout_.state(name), name);
      if (!latest || manifest.info.created_at > latest->info.created_at) latest = std::move(manifest);
    } catch (const Error&) {
      continue;  // a damaged snapshot, or one from a newer corral, has nothing to share
    }
  }
  return latest;
}

std::vector<SnapshotInfo> LocalStateSnapshots::list() {
  std::vector<SnapshotInfo> list;
  for (const std::string& name : names()) {
    try {
      list.push_back(read_manifest(layout_.state(name), name).info);
    } catch (const Error& error) {
      SnapshotInfo& unreadable = list.emplace_back();
      unreadable.name = name;
      unreadable.problem = error.what();
    }
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.created_at < b.created_at; });
  return list;
}

void LocalStateSnapshots::check_free(std::string_view name, bool replace) const {
  if (!is_there(folder_of(name)) || replace) return;
  throw Error(ErrorKind::conflict, fmt::format("there is a snapshot \"{}\" already", shown(name)),
              "choose another name, or replace it with --force");
}

/// Only under the lock: unfinished work found then belongs to no running process.
fs::path LocalStateSnapshots::begin_folder() const {
  nofollow::make_folders(layout_.states());
  for (const std::string& name : nofollow::names_in(layout_.states())) {
    if (SnapshotLayout::is_unfinished(name)) remove_folder(layout_.state(name));
  }
  fs::path folder = layout_.unfinished_state(::getpid());
  nofollow::make_folders(folder);
  return folder;
}

void LocalStateSnapshots::publish(const fs::path& unfinished, std::string_view name) const {
  const fs::path folder = folder_of(name);
  flush_folder(unfinished);
  if (is_there(folder)) {
    if (platform::exchange(unfinished.c_str(), folder.c_str()) != 0) {
      throw system_error(errno, fmt::format("cannot replace {}", shown(folder.native())));
    }
    flush_states(name, "kept");
    discard_folder(unfinished);
    sweep();
    return;
  }
  if (::rename(unfinished.c_str(), folder.c_str()) != 0) {
    throw system_error(errno, fmt::format("cannot make {}", shown(folder.native())));
  }
  flush_states(name, "kept");
}

/// The folder of snapshots has changed: a failure from here on only leaves open whether the change survives a
/// power loss.
void LocalStateSnapshots::flush_states(std::string_view name, std::string_view changed) const try {
  flush_folder(layout_.states());
} catch (const Error& error) {
  throw Error(error.kind(),
              fmt::format("{}; the snapshot \"{}\" may or may not have been {}", error.message(), shown(name),
                          changed),
              "'corral state list' shows whether it is there");
}

std::optional<LocalStateSnapshots::NamedMarks> LocalStateSnapshots::named_values() const {
  NamedMarks named;
  for (const std::string& name : names()) {
    try {
      const Manifest manifest = read_manifest(layout_.state(name), name);
      visit_values(layout_.state(name), manifest,
                   [&](std::size_t folder, std::string_view id, std::uint64_t) {
                     named[manifest.folders[folder]].add(id);
                   });
    } catch (const Error&) {
      return std::nullopt;
    }
  }
  return named;
}

/// Removes values that no snapshot references. Only under the lock.
void LocalStateSnapshots::sweep() const noexcept try {
  auto named = named_values();
  if (!named) return;  // not all references are known, so everything must stay
  BlobShelf(layout_.values(), live_.v3).sweep([&](const std::string& folder, const std::string& id) {
    return (*named)[folder].contains(id);
  });
} catch (const std::exception&) {
  return;  // the next sweep removes the rest
}

void LocalStateSnapshots::remove(std::string_view name) {
  const fs::path folder = folder_of(name);
  if (!is_there(folder)) static_cast<void>(manifest_of(name));
  const FileLock locked = lock();
  finish_interrupted();
  const fs::path unfinished = begin_folder();
  // Removed from view with one rename; its contents are deleted now or by a later command.
  if (::rename(folder.c_str(), unfinished.c_str()) != 0) {
    const int reason = errno;
    discard_folder(unfinished);
    if (reason == ENOENT) static_cast<void>(manifest_of(name));
    throw system_error(reason, fmt::format("cannot remove {}", shown(folder.native())));
  }
  flush_states(name, "deleted");
  discard_folder(unfinished);
  sweep();
  DiscardedFiles(layout_.discarded()).remove_within(std::chrono::milliseconds(500));
}

SnapshotGarbage LocalStateSnapshots::clean(const std::function<bool(std::string_view name)>& is_left_over,
                                           bool dry_run) {
  SnapshotGarbage garbage;
  if (!is_there(layout_.root())) return garbage;
  std::vector<std::string> left_over = names();
  std::erase_if(left_over, [&](const std::string& name) { return !is_left_over(name); });
  garbage.snapshots = left_over.size();
  const FileLock locked = lock();
  finish_interrupted();
  // Older versions kept a copy of each D1 database before changing it, and never removed it.
  std::vector<fs::path> folders = {layout_.discarded(), layout_.old_copies()};
  for (const std::string& name : left_over) folders.push_back(layout_.state(name));
  for (const std::string& name : nofollow::names_in(layout_.states())) {
    if (SnapshotLayout::is_unfinished(name)) folders.push_back(layout_.state(name));
  }
  for (const fs::path& folder : folders) {
    count_files(folder, garbage);
    if (!dry_run && is_there(folder)) remove_folder(folder);
  }
  const BlobShelf shelf(layout_.values(), live_.v3);
  auto named = named_values();
  if (!named) return garbage;
  shelf.sweep([&](const std::string& folder, const std::string& id) {
    if ((*named)[folder].contains(id)) return true;
    ++garbage.files;
    garbage.bytes += shelf.size(folder, id).value_or(0);
    return dry_run;
  });
  return garbage;
}

}  // namespace corral::snapshots

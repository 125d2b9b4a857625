#include "backends/wrangler/do_backend.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <tuple>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/utf8.hpp"
#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/wrangler/do_info.hpp"
#include "backends/wrangler/do_object.hpp"
#include "backends/wrangler/state_layout.hpp"

namespace corral::wrangler {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view file_suffix = ".sqlite";

std::optional<std::string> id_of_file(const std::string& name) {
  if (name.size() != do_id_digits + file_suffix.size() || !name.ends_with(file_suffix)) return std::nullopt;
  std::string id = name.substr(0, do_id_digits);
  return is_object_id(id) ? std::optional(std::move(id)) : std::nullopt;
}

/// Threads that are waited for. (std::jthread does that, but libc++ 16 has none.)
struct Helpers {
  std::vector<std::thread> threads;
  Helpers() = default;
  Helpers(const Helpers&) = delete;
  Helpers& operator=(const Helpers&) = delete;
  ~Helpers() {
    for (std::thread& thread : threads) thread.join();
  }
};

}  // namespace

fs::path WranglerDurableObjects::folder(const DurableClass& of) const {
  const auto is_bad = [](std::string_view text) {
    return text.empty() || text.find('/') != std::string_view::npos ||
           text.find('\0') != std::string_view::npos;
  };
  if (is_bad(of.script) || is_bad(of.name)) {
    throw Error(ErrorKind::invalid_input,
                fmt::format("\"{}\" of script \"{}\" cannot be a class of Durable Objects", shown(of.name),
                            shown(of.script)),
                "'corral do namespace list' shows those there are");
  }
  return durable_object_folder(state_root_, of.script, of.name);
}

std::vector<DurableClass> WranglerDurableObjects::stored_classes() {
  std::vector<DurableClass> classes;
  const fs::path all = state_root_ / "v3" / "do";
  for (const std::string& name : nofollow::names_in(all)) {
    const std::size_t dash = name.rfind('-');
    if (dash == std::string::npos || dash == 0 || dash + 1 == name.size()) continue;
    if (nofollow::is_folder(all / name)) classes.push_back({name.substr(0, dash), name.substr(dash + 1)});
  }
  std::sort(classes.begin(), classes.end(), [](const DurableClass& left, const DurableClass& right) {
    return std::tie(left.script, left.name) < std::tie(right.script, right.name);
  });
  return classes;
}

bool WranglerDurableObjects::is_stored(const DurableClass& of) {
  return nofollow::is_folder(folder(of));
}

DurableClassSize WranglerDurableObjects::size_of(const DurableClass& of) {
  DurableClassSize size;
  const fs::path all = folder(of);
  for (const std::string& name : nofollow::names_in(all)) {
    constexpr std::string_view log_suffix = "-wal";
    const bool is_log = name.ends_with(log_suffix);
    if (!id_of_file(is_log ? name.substr(0, name.size() - log_suffix.size()) : name)) continue;
    if (!is_log) ++size.objects;
    if (const auto status = nofollow::regular_file_status(all / name))
      size.bytes += static_cast<std::uint64_t>(status->st_size);
  }
  return size;
}

std::vector<std::string> WranglerDurableObjects::ids(const DurableClass& of, std::string_view prefix) {
  std::vector<std::string> found;
  for (const std::string& name : nofollow::names_in(folder(of))) {
    if (!name.starts_with(prefix)) continue;
    if (auto id = id_of_file(name)) found.push_back(std::move(*id));
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<std::string> WranglerDurableObjects::list(
    const DurableClass& of, const DurableObjectRange& range,
    const std::function<void(std::span<const ListedObject> objects)>& take) {
  constexpr std::size_t taken_at_once = 1000;
  if (range.cursor && !is_object_id(*range.cursor))
    throw Error(ErrorKind::usage, "--cursor is not one that 'do list' gave", "leave it out to start over");
  std::vector<std::string> all = ids(of, range.prefix);
  const auto first = range.cursor ? std::upper_bound(all.begin(), all.end(), *range.cursor) : all.begin();
  const auto left = static_cast<std::uint64_t>(all.end() - first);
  const auto end = first + static_cast<std::ptrdiff_t>(std::min(range.limit.value_or(left), left));
  for (auto next = first; next != end;) {
    std::vector<ListedObject> some;
    for (; next != end && some.size() < taken_at_once; ++next) some.push_back({.id = *next});
    take(some);
  }
  return end == all.end() ? std::nullopt : std::optional(*(end - 1));
}

std::string WranglerDurableObjects::id_of(const DurableClass& of, std::string_view name) const {
  require_utf8(name, "the object's name");
  return object_id(fmt::format("{}-{}", of.script, of.name), name);
}

std::unique_ptr<DurableObject> WranglerDurableObjects::open(const DurableClass& of, std::string_view id,
                                                            std::optional<std::string> name) {
  if (!is_object_id(id)) {
    throw Error(ErrorKind::invalid_input, fmt::format("\"{}\" is not the id of an object", shown(id)),
                "an id has 64 hexadecimal digits");
  }
  return std::make_unique<WranglerDurableObject>(folder(of), id, std::move(name));
}

std::vector<DurableObjectFinding> WranglerDurableObjects::look_into(const DurableClass& of,
                                                                    std::span<const std::string> ids) {
  constexpr std::size_t worth_a_thread = 32;
  constexpr std::size_t most_threads = 4;
  const fs::path all = folder(of);
  std::vector<DurableObjectFinding> found(ids.size());
  std::atomic<std::size_t> next = 0;
  std::exception_ptr failure;
  std::atomic<bool> failed = false;
  const auto work = [&] {
    for (std::size_t i = next++; i < ids.size() && !failed; i = next++) {
      try {
        found[i].info = do_info(all / (ids[i] + std::string(file_suffix)));
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::corrupt) {
          found[i].problem = error.message();
        } else if (!failed.exchange(true)) {
          failure = std::current_exception();
        }
      }
    }
  };
  const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t threads = std::min({processors, most_threads, ids.size() / worth_a_thread + 1});
  {
    Helpers helpers;
    for (std::size_t i = 1; i < threads; ++i) helpers.threads.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
  return found;
}

}  // namespace corral::wrangler

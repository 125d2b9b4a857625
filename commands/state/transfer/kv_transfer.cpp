#include "commands/state/transfer/kv_transfer.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/error.hpp"
#include "commands/state/transfer/kv_pull.hpp"
#include "commands/state/transfer/local_name.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"

namespace corral::state {

namespace {

/// The limit of what a push has in memory at once.
constexpr std::size_t bytes_at_once = std::size_t{8} << 20U;

/// Of a list of keys; a bulk request takes as many.
constexpr std::size_t keys_a_request = 10'000;

/// The account refuses an expiration that is nearer than this (developers.cloudflare.com/kv/api).
constexpr UnixMillis shortest_life = 60 * one_second;

bool same_json(const std::optional<std::string>& one, const std::optional<std::string>& other) {
  if (one == other) return true;
  if (!one || !other) return false;
  try {
    return json_text(parse_json(*one, "metadata"), 0) == json_text(parse_json(*other, "metadata"), 0);
  } catch (const Error&) {
    return false;
  }
}

std::optional<UnixMillis> seconds(const std::optional<UnixMillis>& time) {
  return time ? std::optional(*time / one_second) : std::nullopt;
}

StateDifference key_difference(StateDifference::Change change, const std::string& key,
                               std::vector<std::string> fields = {}) {
  StateDifference found;
  found.service = StateService::kv;
  found.what = "key";
  found.item = key;
  found.change = change;
  found.fields = std::move(fields);
  return found;
}

}  // namespace

KvCursor cursor_over(KvStore& store, std::string prefix, UnixMillis now) {
  KvListOptions range;
  range.prefix = std::move(prefix);
  range.with_version = true;
  return KvCursor([&store, range, now](std::vector<KvItem>& page) mutable {
    KvPage next = store.list(range, now);
    page = std::move(next.items);
    if (!page.empty()) range.after = page.back().key;
    range.cursor = next.cursor;
    return !next.complete;
  });
}

std::string origin_of(const KvEntry& entry, std::string_view namespace_id,
                      const std::optional<std::string>& exec) {
  constexpr std::size_t digits = 32;
  std::string text = "kv";
  for (const std::string_view part :
       {namespace_id, std::string_view(exec ? *exec : std::string_view()), std::string_view(entry.key)}) {
    text += fmt::format("{}:", part.size());
    text += part;
  }
  text += fmt::format("{}:", seconds(entry.expiration).value_or(0));
  text += exec ? 'x' : '-';
  if (entry.metadata) text += *entry.metadata;
  return hex(sha256(text)).substr(0, digits);
}

std::vector<std::string> differences_listed(const KvEntry& one, const KvEntry& other) {
  std::vector<std::string> fields;
  if (!same_json(one.metadata, other.metadata)) fields.emplace_back("metadata");
  if (seconds(one.expiration) != seconds(other.expiration)) fields.emplace_back("expiration");
  return fields;
}

KvTransfer::KvTransfer(Context& context, const TransferOptions& options, TransferResource resource)
    : context_(context), options_(options), resource_(std::move(resource)), now_(context.clock().now()) {}

std::unique_ptr<KvStore> KvTransfer::open_local() const {
  return context_.stores(options_.local).kv().open(resource_.local_id);
}

std::unique_ptr<KvStore> KvTransfer::open_account() const {
  return context_.stores(options_.account).kv().open(resource_.account_id);
}

bool KvTransfer::is_as_pulled(const KvItem& account, const KvItem& local) const {
  return !options_.deep &&
         has_origin(local.version, origin_of(account, resource_.account_id, options_.exec)) &&
         differences_listed(account, local).empty();
}

TransferCounts KvTransfer::compare(const Visit& visit) {
  using Change = StateDifference::Change;
  counts_ = {};
  const auto ahead = open_local();  // of the threads that list and fetch
  const auto here = open_local();
  KvCursor decides = cursor_over(*ahead, prefix(), now_);
  KvCursor compares = cursor_over(*here, prefix(), now_);
  const auto only_here = [&](const KvItem& item) {
    ++counts_.added;
    to_put_.add(item.key);
    visit(key_difference(Change::added, item.key));
  };
  const auto wants = [&](const KvItem& item) {
    const KvItem* const local = decides.find(item.key, [](const KvItem&) {});
    if (local == nullptr || is_as_pulled(item, *local)) return false;
    return options_.deep || differences_listed(item, *local).empty();
  };
  const auto progress =
      context_.out().progress(fmt::format("comparing {}", resource_.name()), 0, ProgressUnit::items);
  std::uint64_t seen = 0;
  open_account()->scan({.prefix = prefix(), .wants = wants}, now_,
                       [&](const KvItem& item, const std::string* value) {
                         context_.check_interrupt();
                         progress->update(++seen);
                         const KvItem* const local = compares.find(item.key, only_here);
                         if (local == nullptr) {
                           ++counts_.removed;
                           to_erase_.add(item.key);
                           visit(key_difference(Change::removed, item.key));
                           return true;
                         }
                         std::vector<std::string> fields = differences_listed(item, *local);
                         if (value != nullptr) {
                           const auto ours = here->values({&item.key, 1}, now_);
                           if (!ours.front() || *ours.front() != *value)
                             fields.insert(fields.begin(), "value");
                         }
                         if (fields.empty()) {
                           ++counts_.same;
                           counts_.unread += value == nullptr ? 1 : 0;
                           return true;
                         }
                         ++counts_.changed;
                         to_put_.add(item.key);
                         visit(key_difference(Change::changed, item.key, std::move(fields)));
                         return true;
                       });
  compares.rest(only_here);
  counts_.bytes = std::nullopt;
  return counts_;
}

TransferCounts KvTransfer::plan_pull() {
  TransferCounts counts;
  const auto here = open_local();
  KvCursor compares = cursor_over(*here, prefix(), now_);
  const auto only_here = [&](const KvItem&) { ++counts.removed; };
  std::uint64_t taken = 0;
  const auto none = [](const KvItem&) { return false; };
  open_account()->scan({.prefix = prefix(), .wants = none}, now_,
                       [&](const KvItem& item, const std::string*) {
                         context_.check_interrupt();
                         if (options_.limit && taken >= static_cast<std::uint64_t>(*options_.limit)) {
                           counts.is_cut = true;
                           return false;
                         }
                         ++taken;
                         const KvItem* const local = compares.find(item.key, only_here);
                         if (local == nullptr) {
                           ++counts.added;
                         } else if (is_as_pulled(item, *local)) {
                           ++counts.same;
                           ++counts.unread;
                         } else {
                           ++counts.changed;
                         }
                         return true;
                       });
  if (!counts.is_cut) compares.rest(only_here);
  if (options_.keep || options_.is_partial()) counts.removed = 0;
  if (counts.added + counts.changed != 0) counts.bytes = std::nullopt;
  return counts;
}

PullReport KvTransfer::pull(UndoPoint& undo) {
  KvPull pull(context_, options_, resource_, now_);
  PullReport report = pull.run(undo);
  register_name(context_, options_, resource_, ResourceKind::kv_namespace);
  return report;
}

TransferCounts KvTransfer::push() {
  const auto from = open_local();
  const auto to = open_account();
  const KvTraits traits = to->traits();
  const auto progress = context_.out().progress(fmt::format("pushing {}", resource_.name()), to_put_.size(),
                                                ProgressUnit::items);
  std::uint64_t all_bytes = 0;
  std::uint64_t done = 0;
  std::uint64_t too_short = 0;
  std::unique_ptr<KvBatch> batch = to->begin_batch();
  std::size_t entries = 0;
  std::size_t bytes = 0;
  const auto put = [&](const std::string& key) {
    context_.check_interrupt();
    const auto value = from->get(key, now_);
    if (!value) return;  // deleted, or expired, since it was compared
    if (value->expiration && *value->expiration < context_.clock().now() + shortest_life) {
      ++too_short;
      return;
    }
    const std::string body = read_all(*value->body, kv_max_value_bytes, "the value");
    batch->put(*value, body);
    bytes += body.size();
    all_bytes += body.size();
    if (++entries >= traits.entries_a_part * traits.parts_at_once || bytes >= bytes_at_once) {
      batch->commit();
      batch = to->begin_batch();
      done += std::exchange(entries, 0);
      bytes = 0;
      progress->update(done);
    }
  };
  to_put_.drain(keys_a_request, [&](std::span<const std::string> keys) {
    for (const std::string& key : keys) put(key);
  });
  batch->commit();
  if (options_.with_deletions)
    to_erase_.drain(keys_a_request, [&](std::span<const std::string> keys) { to->erase(keys); });
  TransferCounts counts = counts_;
  counts.bytes = all_bytes;
  if (!options_.with_deletions) counts.removed = 0;
  if (too_short > 0) {
    context_.out().warning(
        fmt::format("{} of {} expire within a minute, which the account does not take; they were left out",
                    too_short, shown(resource_.name())));
  }
  return counts;
}

}  // namespace corral::state

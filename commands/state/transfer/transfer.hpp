#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/state_snapshots.hpp"
#include "commands/command/context.hpp"

namespace corral::state {

/// How many keys of a list are handled at once: R2 deletes as many in a request.
inline constexpr std::size_t keys_at_once = 1000;

/// What the command line of `state pull`, `state push` or `state diff --remote` asks for. Each service heeds
/// the options that have a meaning for it; what only some of them have is said to be theirs.
struct TransferOptions {
  StateOptions local;                  ///< of the state folder: `context.stores(options.local)`
  StateOptions account;                ///< of the account: `context.stores(options.account)`
  std::vector<std::string> names;      ///< resources; empty: all that the config binds
  std::vector<StateService> services;  ///< in the order of `state_services`
  bool preview = false;                ///< the config's preview ids in the account, not the others

  // What is transferred of a resource.
  std::optional<std::string> prefix;      ///< KV, R2: only keys that begin with it
  std::optional<std::int64_t> limit;      ///< KV, R2: at most this many keys of each resource
  std::optional<std::int64_t> max_bytes;  ///< KV, R2: at most this many bytes of each resource
  std::optional<std::string> exec;        ///< KV, R2: the shell command that values pass through
  bool deep = false;                      ///< read values, rows, too, where a listing says they are equal

  // D1.
  std::vector<std::string> tables;       ///< pull: rows of these tables only; diff: these tables only
  bool no_data = false;                  ///< pull: the schema alone
  std::vector<std::string> conditions;   ///< pull: "TABLE: condition", which rows of a table
  std::optional<std::string> transform;  ///< pull: a file of SQL to run before the database becomes visible
  std::vector<std::string> data;         ///< push: tables whose rows go out to a database that is not empty

  // How.
  bool pushes = false;  ///< this is a push: `compare` visits only what it would change
  bool dry_run = false;
  bool keep = false;            ///< pull: leave what the account does not have
  bool with_deletions = false;  ///< push: delete what the local state does not have
  bool force = false;           ///< push: do not ask
  bool yes_production = false;  ///< push: to production ids of the config's top level, too

  /// Whether only a part of a resource is transferred, so that what is missing from it proves nothing.
  [[nodiscard]] bool is_partial() const { return limit || max_bytes; }
};

/// A resource with a place on both sides. It need not exist on either.
struct TransferResource {
  StateService service{};
  std::vector<std::string> names;  ///< all that a user may call it, starting with the one for display
  std::string local_id;            ///< where `wrangler dev` looks for it (docs/reference/config.md)
  std::string account_id;          ///< empty: known when it is opened, by asking the account
  /// The account's is one that the Worker in production uses: a push to it wants to be asked for.
  bool is_production = false;
  bool is_bound = false;                         ///< by the config
  std::optional<std::string> jurisdiction = {};  ///< R2

  [[nodiscard]] const std::string& name() const { return names.front(); }
  [[nodiscard]] bool goes_by(std::string_view name) const;
};

/// What differs between the two sides of a resource, or was transferred. Items are keys, objects, tables or
/// settings.
struct TransferCounts {
  std::uint64_t added = 0;    ///< the destination does not have them
  std::uint64_t changed = 0;  ///< they differ
  std::uint64_t removed = 0;  ///< only the destination has them
  std::uint64_t same = 0;
  /// Of those that are the same: taken for it without reading them, since they are as a pull left them here
  /// and the account's listing says of them what it said then.
  std::uint64_t unread = 0;
  std::uint64_t dropped = 0;  ///< the command of --exec refused them
  std::uint64_t staged = 0;   ///< of added and changed: transferred by an earlier run that was cut off
  /// Transferred, or to be transferred; nullopt: not known, as KV's listings have no sizes.
  std::optional<std::uint64_t> bytes = 0;
  bool is_cut = false;  ///< there was more than --limit or --max-bytes let through

  [[nodiscard]] bool any_difference() const { return added + changed + removed != 0; }
};

/// What a pull did to one resource.
struct PullReport {
  TransferCounts counts;
  /// The command line, without "corral", that brings back what was there; empty: nothing was there, or
  /// nothing was changed.
  std::string undo = {};
};

/// Keeps what is in the local state before a run changes it: once per service, when it is first asked to.
class UndoPoint {
 public:
  virtual ~UndoPoint() = default;

  /// Saves the service's state in a snapshot unless this run has. Returns the command line that restores it.
  /// For a service whose resources have a cheaper way back of their own (D1's bookmarks), do not call it.
  virtual std::string keep(StateService service) = 0;
};

/// One resource on its way between the account and the local state.
///
/// What a pull brings becomes visible whole or not at all. A pull first stages everything in files of
/// corral's own (docs/formats.md) and then changes the resource in one transaction of the SQLite file that
/// `wrangler dev` reads. If the run is killed, or cut off from the account, before that transaction, the
/// resource is as it was; what is staged stays, and the next run goes on from there. A push is a series of
/// requests, which the account takes one by one: cut off, it leaves a part done, and can simply be run again.
///
/// What --exec or --transform is to scrub never reaches the disk before it is scrubbed: not the staged files
/// either.
///
/// Errors are those of the stores; after one, the object can only be destroyed.
class ResourceTransfer {
 public:
  using Visit = std::function<void(const StateDifference&)>;

  virtual ~ResourceTransfer() = default;

  [[nodiscard]] virtual const TransferResource& resource() const = 0;

  /// Visits what differs, as changes that would make the account what the local state is (`added`: only the
  /// local state has it), in key order, and counts them. Of what it visits, the caller fills in `service` and
  /// `place`. Changes nothing.
  virtual TransferCounts compare(const Visit& visit) = 0;

  /// Counts what `pull` would transfer, without reading values. Changes nothing.
  virtual TransferCounts plan_pull() = 0;

  /// Makes the local state what the account has. Calls `undo` before it changes anything that was there.
  virtual PullReport pull(UndoPoint& undo) = 0;

  /// Makes the account what `compare` found in the local state; it must have been called. What only the
  /// account has is deleted with --delete (TransferOptions::with_deletions), otherwise left and not counted
  /// as removed.
  virtual TransferCounts push() = 0;
};

/// A service's resources and their transfers. Each function may ask the account.
struct TransferService {
  StateService service{};
  std::string_view label;  ///< for messages: "KV namespace"

  /// The resources that the config binds, in its order. Throws invalid_input if the config's section is
  /// malformed.
  std::vector<TransferResource> (*bound)(Context& context, const TransferOptions& options) = nullptr;

  /// The resource that the account has under a name or id that the config does not bind. Its id here is that
  /// in the account.
  std::optional<TransferResource> (*find)(Context& context, const TransferOptions& options,
                                          std::string_view name) = nullptr;

  std::unique_ptr<ResourceTransfer> (*open)(Context& context, const TransferOptions& options,
                                            TransferResource resource) = nullptr;
};

/// Each is implemented in the file of its service.
TransferService kv_transfers();
TransferService d1_transfers();
TransferService r2_transfers();
TransferService queue_transfers();

/// The services whose data can be transferred, in the order of `state_services`.
std::vector<TransferService> transfer_services();

}  // namespace corral::state

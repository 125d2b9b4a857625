#include "commands/state/transfer/run.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/unknown_outcome.hpp"
#include "commands/command/other_environments.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"

namespace corral::state {

namespace {

struct Chosen {
  TransferService service;
  TransferResource resource;
};

bool is_chosen(const TransferOptions& options, StateService service) {
  return std::find(options.services.begin(), options.services.end(), service) != options.services.end();
}

/// Adds the resources of a name: all that the config binds under it, else one that the account has.
void add_named(Context& context, const TransferOptions& options, const std::vector<Chosen>& bound,
               const std::string& name, std::vector<Chosen>& chosen) {
  bool any = false;
  for (const Chosen& one : bound) {
    if (!one.resource.goes_by(name)) continue;
    any = true;
    chosen.push_back(one);
  }
  for (const TransferService& service : transfer_services()) {
    if (any || !is_chosen(options, service.service)) continue;
    if (auto found = service.find(context, options, name)) {
      chosen.push_back({service, *std::move(found)});
      any = true;
    }
  }
  if (any) return;
  throw Error(ErrorKind::not_found,
              fmt::format("neither the config nor the account has anything named \"{}\"", shown(name)),
              hint_of_environments(
                  context, [&](const Project& other) { return has_name(other, name); },
                  "name a binding, or a resource of the account by its name or id"));
}

std::vector<Chosen> choose(Context& context, const TransferOptions& options) {
  std::vector<Chosen> bound;
  for (const TransferService& service : transfer_services()) {
    if (!is_chosen(options, service.service)) continue;
    for (TransferResource& one : service.bound(context, options)) bound.push_back({service, std::move(one)});
  }
  if (options.names.empty()) {
    if (!bound.empty()) return bound;
    throw Error(ErrorKind::usage,
                context.project().config_file() ? "the config binds nothing that was asked for"
                                                : "which resources are meant? There is no config",
                "name resources of the account");
  }
  std::vector<Chosen> chosen;
  for (const std::string& name : options.names) add_named(context, options, bound, name, chosen);
  return chosen;
}

}  // namespace

std::vector<std::unique_ptr<ResourceTransfer>> open_transfers(Context& context,
                                                              const TransferOptions& options) {
  std::vector<std::unique_ptr<ResourceTransfer>> transfers;
  for (Chosen& one : choose(context, options)) {
    auto transfer = one.service.open(context, options, std::move(one.resource));
    const bool is_known = std::any_of(transfers.begin(), transfers.end(), [&](const auto& other) {
      return other->resource().service == transfer->resource().service &&
             other->resource().local_id == transfer->resource().local_id;
    });
    if (!is_known) transfers.push_back(std::move(transfer));
  }
  return transfers;
}

std::string_view label_of(const TransferResource& resource) {
  for (const TransferService& service : transfer_services())
    if (service.service == resource.service) return service.label;
  return name_of(resource.service);
}

TransferSummary::TransferSummary()
    : table_({{"service"},
              {"resource"},
              {"new", Table::Align::right},
              {"changed", Table::Align::right},
              {"removed", Table::Align::right},
              {"same", Table::Align::right},
              {"size", Table::Align::right}}) {}

void TransferSummary::add(const TransferResource& resource, const TransferCounts& counts,
                          const std::string& undo) {
  const std::string name = shown(resource.name());
  table_.add({std::string(name_of(resource.service)), resource.name(), std::to_string(counts.added),
              std::to_string(counts.changed), std::to_string(counts.removed), std::to_string(counts.same),
              counts.bytes ? readable_size(*counts.bytes) : "?"});
  Json json;
  json["service"] = name_of(resource.service);
  json["name"] = resource.name();
  json["local_id"] = resource.local_id;
  json["account_id"] = resource.account_id;
  json["added"] = counts.added;
  json["changed"] = counts.changed;
  json["removed"] = counts.removed;
  json["same"] = counts.same;
  json["unread"] = counts.unread;
  json["dropped"] = counts.dropped;
  json["staged"] = counts.staged;
  json["bytes"] = counts.bytes ? Json(*counts.bytes) : Json(nullptr);
  json["cut"] = counts.is_cut;
  json["undo"] = undo.empty() ? Json(nullptr) : Json("corral " + undo);
  list_.push_back(std::move(json));
  if (counts.unread > 0) {
    notes_.push_back(fmt::format("{}: {} taken as unchanged since the last pull; --deep reads the values",
                                 name, counts.unread));
  }
  if (counts.staged > 0)
    notes_.push_back(fmt::format("{}: {} were transferred by an earlier run", name, counts.staged));
  if (counts.dropped > 0) notes_.push_back(fmt::format("{}: {} dropped by --exec", name, counts.dropped));
  if (counts.is_cut) notes_.push_back(fmt::format("{}: there is more than was allowed to be read", name));
  if (!undo.empty()) {
    const std::string note = fmt::format("to undo: corral {}", undo);
    if (std::find(notes_.begin(), notes_.end(), note) == notes_.end()) notes_.push_back(note);
  }
}

void TransferSummary::print(Output& out) const {
  if (out.for_person()) {
    if (!table_.empty()) table_.print(out);
  } else {
    out.data(json_text(list_, 2) + "\n");
  }
  for (const std::string& note : notes_) out.note(note);
}

}  // namespace corral::state

#include "commands/state/transfer/options.hpp"

#include <fmt/format.h>

#include "backends/error.hpp"
#include "commands/command/arguments.hpp"

namespace corral::state {

void add_resource_flags(Arguments& arguments, TransferFlags& flags) {
  add_flag(arguments, "--kv", flags.kv, "Only KV namespaces");
  add_flag(arguments, "--d1", flags.d1, "Only D1 databases");
  add_flag(arguments, "--r2", flags.r2, "Only R2 buckets");
  add_flag(arguments, "--queues", flags.queues, "Only queues");
  TransferOptions& options = flags.options;
  add_flag(arguments, "--preview", options.preview, "The preview ids of the config in the account");
  value_name(add_text(arguments, "--prefix", options.prefix, "KV, R2: only keys that start with this"),
             "TEXT");
}

void add_resources(Arguments& arguments, TransferFlags& flags) {
  add_texts(arguments, "names", flags.options.names,
            "Bindings, or names or ids in the account (default: all that the config binds)");
  add_resource_flags(arguments, flags);
}

void add_places(Arguments& arguments, TransferFlags& flags) {
  hidden(add_flag(arguments, "--local", flags.options.local.local, "Accepted; no effect"));
  hidden(add_flag(arguments, "--remote", flags.options.account.remote, "Accepted; no effect"));
  add_folder(arguments, "--persist-to", flags.options.local.persist_to,
             "State folder to use instead of .wrangler/state");
}

TransferOptions transfer_options(const TransferFlags& flags) {
  TransferOptions options = flags.options;
  options.local.local = true;
  options.account.remote = true;
  options.account.takes_remote = true;
  const bool all = !flags.kv && !flags.d1 && !flags.r2 && !flags.queues;
  const auto wants = [&](StateService service) {
    switch (service) {
      case StateService::kv: return all || flags.kv;
      case StateService::d1: return all || flags.d1;
      case StateService::r2: return all || flags.r2;
      case StateService::queues: return all || flags.queues;
      case StateService::durable_objects: return false;
    }
    return false;
  };
  for (const StateService service : state_services)
    if (wants(service)) options.services.push_back(service);
  for (const auto& [name, value] :
       {std::pair{"--limit", options.limit}, {"--max-bytes", options.max_bytes}}) {
    if (value && *value < 0) throw Error(ErrorKind::usage, fmt::format("{} cannot be negative", name));
  }
  return options;
}

}  // namespace corral::state

#include <array>
#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/command/context.hpp"
#include "commands/command/state_options.hpp"
#include "commands/state/commands.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::state {

namespace {

/// The limits of one transaction (as in `kv bulk put`).
constexpr std::size_t batch_entries = 10'000;
constexpr std::size_t batch_bytes = std::size_t{16} << 20U;

struct Options {
  StateOptions state;
  std::optional<std::string> from;
  std::optional<std::string> to;
  bool force = false;
};

KvBackend& backend_of(Stores& stores, const std::string& name) {
  for (const auto& [known, backend] : stores.kv_backends()) {
    if (known == name) return *backend;
  }
  throw Error(ErrorKind::usage, fmt::format("there is no KV backend \"{}\"", shown(name)));
}

std::string read_all(ByteSource& source) {
  std::string bytes;
  std::array<char, 65'536> buffer{};
  while (const std::size_t count = source.read(buffer)) bytes.append(buffer.data(), count);
  return bytes;
}

std::uint64_t copy_namespace(KvStore& from, KvStore& to, Context& context, Progress& progress) {
  std::uint64_t copied = 0;
  std::size_t entries = 0;
  std::size_t bytes = 0;
  const UnixMillis now = context.clock().now();
  const std::unique_ptr<KvBatch> batch = to.begin_batch();
  KvListOptions page_options;
  while (true) {
    const KvPage page = from.list(page_options, now);
    for (const KvItem& item : page.items) {
      context.check_interrupt();
      const auto value = from.get(item.key, now);
      if (!value) continue;  // deleted meanwhile
      const std::string body = read_all(*value->body);
      batch->put(*value, body);
      ++copied;
      bytes += body.size();
      if (++entries >= batch_entries || bytes >= batch_bytes) {
        batch->commit();
        entries = bytes = 0;
      }
      progress.update(copied);
    }
    if (page.complete || page.items.empty()) break;
    page_options.after = page.items.back().key;
  }
  batch->commit();
  return copied;
}

void run(const Options& options, Context& context) {
  if (!options.from || !options.to || *options.from == *options.to) {
    throw Error(ErrorKind::usage, "it was not said from which backend to which to copy",
                "give --from wrangler --to lmdb, or the other way round");
  }
  Stores& stores = context.stores(options.state);
  KvBackend& from = backend_of(stores, *options.from);
  KvBackend& to = backend_of(stores, *options.to);
  const std::vector<std::string> namespaces = from.stored_namespaces();
  const std::vector<std::string> there = to.stored_namespaces();
  if (!there.empty() && !namespaces.empty()) {
    confirm(context, fmt::format("Overwrite the entries that {} has under the same keys?", *options.to),
            "--force (-y)", options.force);
  }
  std::uint64_t entries = 0;
  {
    const std::unique_ptr<Progress> progress =
        context.out().progress("Copying entries", 0, ProgressUnit::items);
    for (const std::string& id : namespaces)
      entries += copy_namespace(*from.open(id), *to.open(id), context, *progress);
  }
  Output& out = context.out();
  if (out.for_person()) {
    out.note(fmt::format("copied {} entries of {} namespace{} from {} to {}", entries, namespaces.size(),
                         namespaces.size() == 1 ? "" : "s", *options.from, *options.to));
    return;
  }
  out.data(json_text({{"namespaces", namespaces.size()}, {"entries", entries}}, 2) + "\n");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_state_options(arguments, options->state);
  add_choice(arguments, "--from", options->from, kv_backend_names, "Source backend");
  add_choice(arguments, "--to", options->to, kv_backend_names, "Destination backend");
  add_flag(arguments, "--force,-y", options->force, "Do not ask");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command copy() {
  return {.names = {"copy"},
          .summary = "Copy all KV entries from one backend to the other",
          .examples = {"corral state copy --from wrangler --to lmdb",
                       "corral state copy --from lmdb --to wrangler -y"},
          .declare = declare};
}

}  // namespace corral::state

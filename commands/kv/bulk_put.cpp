#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/spool.hpp"
#include "backends/unknown_outcome.hpp"
#include "commands/command/arguments.hpp"
#include "commands/kv/batch_size.hpp"
#include "commands/kv/commands.hpp"
#include "commands/kv/pair_reader.hpp"
#include "commands/kv/target.hpp"

namespace corral::kv {

namespace {

/// Of one transaction: small enough to bound memory and the time other writers wait.
constexpr std::uint64_t bytes_a_transaction = 16U << 20U;

constexpr std::size_t named_mistakes = 12;

struct Options {
  NamespaceOptions target;
  std::string filename;
  bool skip_expired = false;
  std::optional<std::int64_t> batch_size;
  std::optional<std::string> ignored_ttl;
  std::optional<std::string> ignored_expiration;
  std::optional<std::string> ignored_metadata;
};

/// First pass: finds every error before anything is written.
class Checker final : public PairVisitor {
 public:
  explicit Checker(Context& context) : context_(context) {}

  void pair(const Pair&) override { ++good_; }
  void bad_item(std::size_t index, const std::string& reason) override {
    if (++bad_ <= named_mistakes) mistakes_ += fmt::format("\n  item {}: {}", index, reason);
  }
  void unknown_property(std::size_t index, const std::string& name) override {
    if (++unknown_ <= named_mistakes)
      unknown_properties_.push_back(fmt::format("item {}: unknown property \"{}\"", index, shown(name)));
  }
  void expired_item(std::size_t) override { ++expired_; }
  void read_up_to(std::uint64_t) override { context_.check_interrupt(); }

  void report(const std::string& file) const {
    for (const std::string& warning : unknown_properties_) context_.out().warning(warning);
    if (unknown_ > named_mistakes) {
      context_.out().warning(fmt::format("and {} more unknown properties", unknown_ - named_mistakes));
    }
    if (expired_ > 0) context_.out().note(fmt::format("left out as expired: {}", expired_));
    if (bad_ == 0) return;
    const std::string more =
        bad_ > named_mistakes ? fmt::format("\n  and {} more", bad_ - named_mistakes) : std::string();
    throw Error(ErrorKind::invalid_input,
                fmt::format("{} of {} items in {} cannot be stored:{}{}", bad_, bad_ + good_ + expired_,
                            shown(file), mistakes_, more),
                "nothing was stored; correct them and run the command again");
  }

 private:
  Context& context_;
  std::size_t good_ = 0;
  std::size_t bad_ = 0;
  std::size_t unknown_ = 0;
  std::size_t expired_ = 0;
  std::string mistakes_;
  std::vector<std::string> unknown_properties_;
};

/// Second pass: writes in consecutive transactions.
class Writer final : public PairVisitor {
 public:
  Writer(Context& context, KvStore& store, std::size_t part_size, std::uint64_t file_size)
      : context_(context),
        store_(store),
        most_pending_(part_size * store.traits().parts_at_once),
        batch_(store.begin_batch()),
        progress_(context.out().progress("storing", file_size, ProgressUnit::bytes)) {}

  void pair(const Pair& pair) override {
    batch_->put(pair.entry, pair.value);
    ++pending_;
    pending_bytes_ += pair.value.size();
    if (pending_ >= most_pending_ || pending_bytes_ >= bytes_a_transaction) commit();
  }
  void bad_item(std::size_t index, const std::string& reason) override {
    throw Error(ErrorKind::conflict, fmt::format("item {} changed while it was read: {}", index, reason));
  }
  void unknown_property(std::size_t, const std::string&) override {}
  void expired_item(std::size_t) override {}
  void read_up_to(std::uint64_t bytes) override {
    progress_->update(bytes);
    context_.check_interrupt();
  }

  void commit() {
    if (pending_ == 0) return;
    try {
      batch_->commit();
    } catch (...) {
      stored_ += batch_->stored();
      throw;
    }
    stored_ += pending_;
    pending_ = 0;
    pending_bytes_ = 0;
    batch_ = store_.begin_batch();
  }
  [[nodiscard]] std::size_t stored() const { return stored_; }

 private:
  Context& context_;
  KvStore& store_;
  std::size_t most_pending_;
  std::unique_ptr<KvBatch> batch_;
  std::unique_ptr<Progress> progress_;
  std::size_t pending_ = 0;
  std::uint64_t pending_bytes_ = 0;
  std::size_t stored_ = 0;
};

RereadableInput open_input(const std::string& filename, Context& context) {
  if (filename == "-") return {context.in().standard_input(), "standard input"};
  return {open_for_reading(filename), filename};
}

void warn_of_ignored(const Options& options, Output& out) {
  if (options.ignored_ttl || options.ignored_expiration || options.ignored_metadata) {
    out.warning(
        "--ttl, --expiration and --metadata change nothing here; give expiration_ttl, expiration and "
        "metadata "
        "in the items");
  }
}

/// Without a transaction around them, requests succeed in any order, and one that failed may have succeeded.
std::string stored_words(const KvStore& store, std::size_t stored) {
  return store.traits().atomic
             ? fmt::format("the first {} pairs are stored, the rest is not", stored)
             : fmt::format(
                   "{} pairs are stored for certain, not all of them the first; to go on, put them all "
                   "again",
                   stored);
}

std::size_t write_pairs(Context& context, KvStore& store, const RereadableInput& input,
                        const Options& options, UnixMillis now) {
  const std::size_t part_size =
      options.batch_size ? static_cast<std::size_t>(*options.batch_size) : store.traits().entries_a_part;
  store.set_part_size(part_size);
  Writer writer(context, store, part_size, input.size());
  try {
    read_pairs(*input.read_again(), input.name(), now, options.skip_expired, writer);
    writer.commit();
  } catch (const UnknownOutcome& error) {
    throw UnknownOutcome(error,
                         fmt::format("{} (the first {} pairs are stored)", error.message(), writer.stored()));
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("{} ({})", error.message(), stored_words(store, writer.stored())),
                error.hint());
  }
  return writer.stored();
}

void run(const Options& options, Context& context) {
  warn_of_ignored(options, context.out());
  check_batch_size(options.batch_size);
  const std::unique_ptr<KvStore> store = open_namespace(context, options.target, Access::write);
  const RereadableInput input = open_input(options.filename, context);
  const UnixMillis now = context.clock().now();
  Checker checker(context);
  read_pairs(*input.read_again(), input.name(), now, options.skip_expired, checker);
  checker.report(input.name());
  const std::size_t stored = write_pairs(context, *store, input, options, now);
  context.out().note(fmt::format("stored {} {}", stored, stored == 1 ? "pair" : "pairs"));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(add_file(arguments, "filename", options->filename,
                    "JSON array of {key, value, ...}, or one object per line; - is stdin"));
  add_batch_size(arguments, options->batch_size);
  add_flag(arguments, "--skip-expired", options->skip_expired, "Skip items that have already expired");
  value_name(add_text(arguments, "--ttl", options->ignored_ttl, "Accepted as in wrangler; no effect"),
             "SECONDS");
  value_name(
      add_text(arguments, "--expiration", options->ignored_expiration, "Accepted as in wrangler; no effect"),
      "TIME");
  value_name(
      add_text(arguments, "--metadata", options->ignored_metadata, "Accepted as in wrangler; no effect"),
      "JSON");
  add_namespace_options(arguments, options->target);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command bulk_put() {
  return {.names = {"put"},
          .summary = "Store many pairs from a JSON file",
          .examples = {"corral kv bulk put pairs.json --binding CACHE",
                       "corral kv bulk get --all --binding CACHE | corral kv bulk put - --binding COPY"},
          .declare = declare,
          .live_values = namespace_values()};
}

}  // namespace corral::kv

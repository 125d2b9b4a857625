#include "commands/r2/object_writer.hpp"

#include <fmt/format.h>

#include "backends/files/durable_file.hpp"

namespace corral::r2 {

namespace {

/// The limits of one transaction: large enough to amortize its flush, small enough to lose little on
/// interruption.
constexpr std::uint64_t objects_a_transaction = 10'000;
constexpr std::uint64_t bytes_a_transaction = std::uint64_t{256} << 20U;

/// Stops on Ctrl-C, in any thread that reads it.
class InterruptibleSource final : public ByteSource {
 public:
  InterruptibleSource(Context& context, ByteSource& source) : context_(context), source_(source) {}

  std::size_t read(std::span<char> buffer) override {
    context_.check_interrupt();
    return source_.read(buffer);
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return source_.remaining(); }
  bool rewind() override { return source_.rewind(); }
  std::unique_ptr<ByteSource> section(std::uint64_t offset, std::uint64_t length) override {
    return source_.section(offset, length);
  }

 private:
  Context& context_;
  ByteSource& source_;
};

}  // namespace

std::size_t jobs_at_once(const ObjectStore& store, const std::optional<std::int64_t>& asked) {
  const std::size_t suits = store.traits().at_once;
  return ParallelJobs::at_once(asked || suits == 0 ? asked : std::optional<std::int64_t>(suits));
}

std::string ObjectWriter::extent_of(std::size_t objects, Rest rest) const {
  if (!traits_.atomic) return fmt::format("{} of {} objects are stored", stored(), objects);
  return fmt::format("the first {} objects are stored{}", stored(),
                     rest == Rest::not_stored ? ", the rest is not" : "");
}

void ObjectWriter::put(const ObjectWrite& write, const std::string& file) {
  context_.check_interrupt();
  if (pending_.contains(write.key)) finish();
  if (!batch_) batch_ = store_.begin_batch();
  pending_.insert(write.key);
  jobs_.add([this, write, file] {
    FileSource opened(open_for_reading(file), file);
    InterruptibleSource source(context_, opened);
    const std::uint64_t size = source.remaining().value_or(bytes_a_transaction);
    batch_->put(write, source, context_.clock().now());
    bytes_ += size;
    if (!traits_.atomic) ++stored_;
  });
  if (pending_.size() >= objects_a_transaction || bytes_ - committed_bytes_ >= bytes_a_transaction) finish();
}

void ObjectWriter::finish() {
  if (pending_.empty()) return;
  jobs_.finish();
  batch_->commit();
  if (traits_.atomic) stored_ += pending_.size();
  pending_.clear();
  committed_bytes_ = bytes_;
}

}  // namespace corral::r2

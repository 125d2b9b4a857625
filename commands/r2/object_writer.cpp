#include "commands/r2/object_writer.hpp"

#include "backends/files/durable_file.hpp"

namespace corral::r2 {

namespace {

/// What one transaction holds at most: enough to make its flush cheap, little enough to lose little when it
/// is broken off.
constexpr std::uint64_t objects_a_transaction = 10'000;
constexpr std::uint64_t bytes_a_transaction = std::uint64_t{256} << 20U;

}  // namespace

void ObjectWriter::put(const ObjectWrite& write, const std::string& file) {
  context_.check_interrupt();
  FileSource source(open_for_reading(file), file);
  const std::uint64_t size = source.remaining().value_or(bytes_a_transaction);
  if (!batch_) batch_ = store_.begin_batch();
  batch_->put(write, source, context_.clock().now());
  ++pending_;
  bytes_ += size;
  pending_bytes_ += size;
  if (pending_ >= objects_a_transaction || pending_bytes_ >= bytes_a_transaction) finish();
}

void ObjectWriter::finish() {
  if (pending_ == 0) return;
  batch_->commit();
  stored_ += pending_;
  pending_ = 0;
  pending_bytes_ = 0;
}

}  // namespace corral::r2

#pragma once

#include <cstdint>
#include <memory>

#include "backends/object_store.hpp"
#include "commands/context.hpp"

namespace corral::r2 {

/// Writes many files into a bucket: small ones gathered in transactions, large ones by themselves. What was
/// written before `finish` may or may not be visible; each object is whole or not there.
class ObjectWriter {
 public:
  ObjectWriter(Context& context, ObjectStore& store) : context_(context), store_(store) {}

  /// Reads the file to its end. Throws like ObjectStore::put, and what reading the file throws.
  void put(const ObjectWrite& write, const std::string& file);

  /// Commits what is left.
  void finish();

  /// Objects committed so far, and the bytes that were read.
  [[nodiscard]] std::uint64_t stored() const { return stored_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  Context& context_;
  ObjectStore& store_;
  std::unique_ptr<ObjectBatch> batch_;
  std::uint64_t stored_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t pending_ = 0;
  std::uint64_t pending_bytes_ = 0;
};

}  // namespace corral::r2

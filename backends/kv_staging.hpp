#pragma once

#include <memory>

#include "backends/files/string_spool.hpp"
#include "backends/kv_store.hpp"

namespace corral {

/// New entries of one namespace on their way into it: they gather here, for as many runs as it takes, and
/// then become visible all at once. Held by one process at a time. What is here outlives the process, and
/// nothing but this reads it.
class KvStaging {
 public:
  virtual ~KvStaging() = default;

  /// What has gathered: a store like any other, with the versions that the entries will have. Another object
  /// for each call, so that threads can have one each.
  virtual std::unique_ptr<KvStore> entries() = 0;

  /// Puts all of it into the namespace, replacing what has the same keys, and removes the keys `gone`, which
  /// it drains, in one durable transaction: all or, if it throws, nothing. What was here is then removed;
  /// what a crash before that leaves is recognized when the namespace is staged again. Throws corrupt if
  /// another program has removed values from here.
  virtual void commit(StringSpool& gone) = 0;

  /// Removes what has gathered.
  virtual void discard() = 0;
};

}  // namespace corral

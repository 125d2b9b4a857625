#include "backends/wrangler/r2_batch.hpp"

#include <iterator>
#include <utility>

#include "backends/wrangler/r2_store.hpp"
#include "backends/wrangler/value_transaction.hpp"

namespace corral::wrangler {

void WranglerObjectBatch::put(const ObjectWrite& write, ByteSource& body, UnixMillis now) {
  check_object_write(write);
  WrittenObject written = write_body(store_.blobs_, write, body, now, Durability::unflushed);
  const std::lock_guard lock(mutex_);
  blobs_.insert(blobs_.end(), std::make_move_iterator(written.blobs.begin()),
                std::make_move_iterator(written.blobs.end()));
  objects_.push_back(std::move(written.object));
}

void WranglerObjectBatch::commit() {
  if (objects_.empty()) return;
  store_.blobs_.flush(blobs_);
  sqlite::Connection& connection = store_.writable();
  ValueTransaction transaction(connection, store_.blobs_);
  ObjectRowWriter rows = store_.row_writer(connection);
  for (const StoredObject& object : objects_) transaction.release(rows.write(object));
  objects_.clear();
  transaction.add(std::exchange(blobs_, {}));
  transaction.commit();
}

}  // namespace corral::wrangler

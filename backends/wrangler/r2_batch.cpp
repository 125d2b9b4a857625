#include "backends/wrangler/r2_batch.hpp"

#include <iterator>
#include <string>
#include <utility>

#include "backends/wrangler/r2_store.hpp"

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
  sqlite::WriteTransaction transaction(connection);
  ObjectRowWriter rows(connection, store_.guard_.get());
  std::vector<std::string> replaced;
  for (const StoredObject& object : objects_) {
    std::vector<std::string> blobs = rows.write(object);
    replaced.insert(replaced.end(), std::make_move_iterator(blobs.begin()),
                    std::make_move_iterator(blobs.end()));
  }
  transaction.commit();
  for (PendingBlob& blob : blobs_) blob.keep();
  objects_.clear();
  blobs_.clear();
  store_.remove_blobs(replaced);
}

}  // namespace corral::wrangler

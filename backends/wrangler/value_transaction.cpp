#include "backends/wrangler/value_transaction.hpp"

#include <iterator>
#include <utility>

#include "backends/error.hpp"
#include "backends/unknown_outcome.hpp"

namespace corral::wrangler {

void ValueTransaction::add(PendingBlob blob) {
  added_.push_back(std::move(blob));
}

void ValueTransaction::add(std::vector<PendingBlob> blobs) {
  added_.insert(added_.end(), std::make_move_iterator(blobs.begin()), std::make_move_iterator(blobs.end()));
}

void ValueTransaction::release(std::string blob_id) {
  released_.push_back(std::move(blob_id));
}

void ValueTransaction::release(std::vector<std::string> blob_ids) {
  released_.insert(released_.end(), std::make_move_iterator(blob_ids.begin()),
                   std::make_move_iterator(blob_ids.end()));
}

void ValueTransaction::commit() {
  const auto keep_added = [this] {
    for (PendingBlob& blob : added_) blob.keep();
  };
  try {
    rows_.commit();
  } catch (const UnknownOutcome&) {
    keep_added();
    throw;
  } catch (const Error&) {
    throw;  // rolled back
  } catch (...) {
    keep_added();
    throw;
  }
  keep_added();
  for (const std::string& id : released_) blobs_.remove(id);
}

}  // namespace corral::wrangler

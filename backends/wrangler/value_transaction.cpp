#include "backends/wrangler/value_transaction.hpp"

#include <exception>
#include <iterator>
#include <span>
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

void ValueTransaction::release(std::string_view blob_id) {
  released_.add(blob_id);
}

void ValueTransaction::release(const std::vector<std::string>& blob_ids) {
  for (const std::string& id : blob_ids) released_.add(id);
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
  remove_released();
}

/// What fails here is left orphaned, as after a crash.
void ValueTransaction::remove_released() noexcept try {
  constexpr std::size_t at_once = 1000;
  released_.drain(at_once, [this](std::span<const std::string> ids) {
    for (const std::string& id : ids) blobs_.remove(id);
  });
} catch (const std::exception&) {
  return;
}

}  // namespace corral::wrangler

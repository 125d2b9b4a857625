#include "backends/wrangler/r2_staging.hpp"

#include <algorithm>
#include <utility>

#include "backends/wrangler/r2_store.hpp"
#include "backends/wrangler/value_transaction.hpp"

namespace corral::wrangler {

WranglerObjectStaging::WranglerObjectStaging(const std::filesystem::path& state_root, std::string_view bucket,
                                             const Clock& clock)
    : state_root_(state_root),
      bucket_(bucket),
      clock_(clock),
      folder_(state_root, "r2", bucket, "R2 bucket") {}

std::unique_ptr<ObjectStore> WranglerObjectStaging::objects() {
  return std::make_unique<WranglerObjectStore>(folder_.root(), bucket_, clock_);
}

void WranglerObjectStaging::commit(std::span<const std::string> gone) {
  {
    WranglerObjectStore from(folder_.root(), bucket_, clock_);
    WranglerObjectStore(state_root_, bucket_, clock_).adopt(from, gone);
  }
  discard();
}

void WranglerObjectStaging::discard() {
  folder_.remove();
}

namespace {

constexpr const char* all_keys = "SELECT key FROM _mf_objects";

/// The blobs that a row no longer names, without those that its new state names.
std::vector<std::string> without(std::vector<std::string> released, const StoredObject& object) {
  std::erase_if(released, [&](const std::string& id) {
    return std::any_of(object.parts.begin(), object.parts.end(),
                       [&](const StoredPart& part) { return part.blob_id == id; });
  });
  return released;
}

}  // namespace

void WranglerObjectStore::adopt(WranglerObjectStore& other, std::span<const std::string> gone) {
  for (const std::string& key : gone) check_object_key(key);
  sqlite::Connection* const from = other.existing();
  const auto for_each = [&](const auto& visit) {
    if (from == nullptr) return;
    for (sqlite::Statement keys = from->prepare(all_keys); keys.step();) {
      if (const auto object = find_object(*from, keys.text(0))) visit(*object);
    }
  };
  std::vector<PendingBlob> blobs;
  for_each([&](const StoredObject& object) {
    for (const StoredPart& part : object.parts) blobs.push_back(blobs_.adopt(other.blobs_, part.blob_id));
  });
  if (blobs.empty() && gone.empty()) return;
  blobs_.check_folder();
  blobs_.flush(blobs);
  sqlite::Connection& connection = writable();
  ValueTransaction transaction(connection, blobs_);
  ObjectRowWriter rows = row_writer(connection);
  for_each([&](const StoredObject& object) { transaction.release(without(rows.write(object), object)); });
  for (const std::string& key : gone) {
    if (auto released = rows.remove(key)) transaction.release(*std::move(released));
  }
  transaction.add(std::move(blobs));
  transaction.commit();
}

}  // namespace corral::wrangler

#include "backends/wrangler/r2_staging.hpp"

#include <algorithm>
#include <span>

#include "backends/files/string_spool.hpp"
#include "backends/wrangler/r2_store.hpp"
#include "backends/wrangler/service_tables.hpp"
#include "backends/wrangler/state_layout.hpp"
#include "backends/wrangler/value_transaction.hpp"

namespace corral::wrangler {

namespace {

constexpr std::size_t keys_at_once = 1000;

template <typename Visit>
void for_each_object(const sqlite::Connection& connection, const Visit& visit) {
  for (sqlite::Statement keys = connection.prepare("SELECT key FROM _mf_objects ORDER BY key");
       keys.step();) {
    if (const auto object = find_object(connection, keys.text(0))) visit(*object);
  }
}

}  // namespace

WranglerObjectStaging::WranglerObjectStaging(const std::filesystem::path& state_root, std::string_view bucket,
                                             const Clock& clock)
    : state_root_(state_root),
      bucket_(bucket),
      clock_(clock),
      folder_(state_root, "r2", bucket, "R2 bucket") {
  owner()->disown(*staged());
}

std::unique_ptr<WranglerObjectStore> WranglerObjectStaging::staged() const {
  return std::make_unique<WranglerObjectStore>(bucket_, r2_database_file(folder_.root(), bucket_),
                                               r2_blob_folder(state_root_, bucket_), clock_);
}

std::unique_ptr<WranglerObjectStore> WranglerObjectStaging::owner() const {
  return std::make_unique<WranglerObjectStore>(state_root_, bucket_, clock_);
}

std::unique_ptr<ObjectStore> WranglerObjectStaging::objects() {
  return staged();
}

void WranglerObjectStaging::commit(StringSpool& gone) {
  owner()->adopt(*staged(), gone);
  folder_.remove();
}

void WranglerObjectStaging::discard() {
  staged()->clear();
  folder_.remove();
}

void WranglerObjectStore::disown(WranglerObjectStore& staged) {
  sqlite::Connection* const rows = staged.existing();
  if (rows == nullptr) return;
  BlobMarks ours = marks_of(existing());
  StringSpool keys;
  for_each_object(*rows, [&](const StoredObject& object) {
    const bool is_staged = std::all_of(object.parts.begin(), object.parts.end(), [&](const StoredPart& part) {
      return !ours.contains(part.blob_id) && blobs_.size(part.blob_id);
    });
    if (!is_staged) keys.add(object.info.key);
  });
  if (keys.empty()) return;
  sqlite::WriteTransaction transaction(*rows);
  ObjectRowWriter writer(*rows, nullptr);
  keys.drain(keys_at_once, [&](std::span<const std::string> some) {
    for (const std::string& key : some) writer.remove(key);
  });
  transaction.commit();
}

void WranglerObjectStore::adopt(WranglerObjectStore& staged, StringSpool& gone) {
  sqlite::Connection* const from = staged.existing();
  const bool any = from != nullptr && from->prepare("SELECT 1 FROM _mf_objects LIMIT 1").step();
  if (!any && gone.empty()) return;
  blobs_.check_folder();
  sqlite::Connection& connection = writable();
  ValueTransaction transaction(connection, blobs_);
  ObjectRowWriter rows = row_writer(connection);
  if (any) {
    for_each_object(*from, [&](const StoredObject& object) {
      for (const StoredPart& part : object.parts) blobs_.require(part.blob_id, object.info.key);
      transaction.release(rows.write(object));
    });
  }
  gone.drain(keys_at_once, [&](std::span<const std::string> keys) {
    for (const std::string& key : keys) {
      check_object_key(key);
      if (const auto released = rows.remove(key)) transaction.release(*released);
    }
  });
  transaction.commit();
}

}  // namespace corral::wrangler

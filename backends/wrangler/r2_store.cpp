#include "backends/wrangler/r2_store.hpp"

#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/wrangler/r2_batch.hpp"
#include "backends/wrangler/r2_body.hpp"
#include "backends/wrangler/state_layout.hpp"
#include "backends/wrangler/value_transaction.hpp"

namespace corral::wrangler {

namespace {

/// How often a read is retried if its blob has just been replaced.
constexpr int read_attempts = 100;

[[noreturn]] void never_at_rest(std::string_view key) {
  throw Error(ErrorKind::busy,
              fmt::format("the object \"{}\" is being overwritten without pause", shown(key)),
              "run the command again");
}

/// Whether two reads of a row reference the same blobs; if so, a blob is missing, not just replaced.
bool same_blobs(const StoredObject& one, const std::optional<StoredObject>& other) {
  return other && one.info.version == other->info.version;
}

}  // namespace

WranglerObjectStore::WranglerObjectStore(const std::filesystem::path& state_root, std::string_view bucket,
                                         const Clock& clock)
    : WranglerObjectStore(bucket, r2_database_file(state_root, bucket), r2_blob_folder(state_root, bucket),
                          clock) {}

WranglerObjectStore::WranglerObjectStore(std::string_view bucket, std::filesystem::path database_file,
                                         std::filesystem::path blob_folder, const Clock& clock)
    : bucket_(bucket), file_(std::move(database_file)), blobs_(std::move(blob_folder), clock) {}

sqlite::Connection* WranglerObjectStore::existing() {
  if (!connection_) connection_ = sqlite::Connection::open_existing(file_);
  if (!connection_) return nullptr;
  if (!has_tables_) has_tables_ = connection_->has_table("_mf_objects");
  return has_tables_ ? &*connection_ : nullptr;
}

sqlite::Connection& WranglerObjectStore::writable() {
  if (sqlite::Connection* connection = existing()) return *connection;
  connection_.reset();
  connection_ = sqlite::Connection::open_or_create(file_);
  return *connection_;
}

ObjectRowWriter WranglerObjectStore::row_writer(const sqlite::Connection& connection) const {
  if (!has_tables_) connection.execute(r2_schema);
  return {connection, guard_.get()};
}

std::optional<StoredObject> WranglerObjectStore::find(std::string_view key) {
  sqlite::Connection* connection = existing();
  return connection == nullptr ? std::nullopt : find_object(*connection, key);
}

std::optional<ObjectInfo> WranglerObjectStore::head(std::string_view key) {
  check_object_key(key);
  std::optional<StoredObject> object = find(key);
  if (!object) return std::nullopt;
  return std::move(object->info);
}

std::optional<ObjectBody> WranglerObjectStore::get(std::string_view key,
                                                   const std::optional<ObjectRange>& range,
                                                   const ObjectConditions& conditions) {
  check_object_key(key);
  std::optional<StoredObject> before;
  for (int attempt = 0; attempt < read_attempts; ++attempt) {
    std::optional<StoredObject> object = find(key);
    if (!object || same_blobs(*object, before)) return std::nullopt;
    ObjectBody result;
    static_cast<ObjectInfo&>(result) = object->info;
    if (!hold(conditions, &object->info)) return result;
    std::tie(result.offset, result.length) = resolve_range(range.value_or(ObjectRange{}), object->info.size);
    result.body = StoredBody::open(blobs_, *object, result.offset, result.length);
    if (result.body) return result;
    before = std::move(object);
  }
  never_at_rest(key);
}

bool WranglerObjectStore::conditions_hold(const ObjectWrite& write) {
  if (write.conditions.empty()) return true;
  const std::optional<ObjectInfo> present = head(write.key);
  return hold(write.conditions, present ? &*present : nullptr);
}

std::optional<ObjectInfo> WranglerObjectStore::commit(const ObjectWrite& write, WrittenObject written) {
  sqlite::Connection& connection = writable();
  ValueTransaction transaction(connection, blobs_);
  transaction.add(std::move(written.blobs));
  if (!conditions_hold(write)) return std::nullopt;
  transaction.release(row_writer(connection).write(written.object));
  transaction.commit();
  return std::move(written.object.info);
}

std::optional<ObjectInfo> WranglerObjectStore::put(const ObjectWrite& write, ByteSource& body,
                                                   UnixMillis now) {
  check_object_write(write);
  if (!conditions_hold(write)) return std::nullopt;
  // Reject a locked object before reading its bytes; the check within the transaction is authoritative.
  if (guard_ != nullptr) {
    if (const auto present = head(write.key)) guard_->check(*present);
  }
  return commit(write, write_body(blobs_, write, body, now, Durability::flushed));
}

std::unique_ptr<ObjectBatch> WranglerObjectStore::begin_batch() {
  return std::make_unique<WranglerObjectBatch>(*this);
}

std::optional<ObjectFiles> WranglerObjectStore::files(std::string_view key) {
  check_object_key(key);
  std::optional<StoredObject> object = find(key);
  if (!object) return std::nullopt;
  ObjectFiles result{.info = std::move(object->info), .parts = {}, .multipart = object->multipart};
  for (StoredPart& part : object->parts) {
    std::optional<std::filesystem::path> file = blobs_.file_of(part.blob_id);
    if (!file) return std::nullopt;
    result.parts.push_back({.file = std::move(*file), .size = part.size, .md5 = std::move(part.md5)});
  }
  return result;
}

std::optional<WrittenObject> WranglerObjectStore::duplicate(ObjectFiles original) const {
  WrittenObject copy;
  copy.object.info = std::move(original.info);
  copy.object.multipart = original.multipart;
  for (ObjectPart& part : original.parts) {
    std::optional<PendingBlob> blob = blobs_.duplicate(part.file);
    if (!blob) return std::nullopt;
    copy.object.parts.push_back({.blob_id = blob->id(), .size = part.size, .md5 = std::move(part.md5)});
    copy.blobs.push_back(std::move(*blob));
  }
  return copy;
}

std::optional<ObjectInfo> WranglerObjectStore::copy_from(ObjectStore& source, std::string_view key,
                                                         const ObjectWrite& write, bool replace_metadata,
                                                         UnixMillis now) {
  check_object_write(write);
  std::string missing_version;
  for (int attempt = 0; attempt < read_attempts; ++attempt) {
    std::optional<ObjectFiles> original = source.files(key);
    if (!original || original->info.version == missing_version) return std::nullopt;
    const std::string version = original->info.version;
    std::optional<WrittenObject> copy = duplicate(std::move(*original));
    if (!copy) {
      missing_version = version;
      continue;
    }
    ObjectInfo& info = copy->object.info;
    info.key = write.key;
    info.version = new_object_version();
    info.uploaded = now;
    if (replace_metadata) {
      info.http = write.http;
      info.custom = write.custom;
    }
    return commit(write, std::move(*copy));
  }
  never_at_rest(key);
}

bool WranglerObjectStore::rename(std::string_view from, std::string_view to, UnixMillis now) {
  check_object_key(from);
  check_object_key(to);
  if (!find(from)) return false;
  if (from == to) return true;
  blobs_.check_folder();
  sqlite::Connection& connection = writable();
  ValueTransaction transaction(connection, blobs_);
  const std::optional<StoredObject> object = find(from);
  if (!object) return false;
  if (guard_ != nullptr) guard_->check(object->info);
  if (auto replaced = row_writer(connection).remove(to)) transaction.release(*replaced);
  connection.prepare("UPDATE _mf_objects SET key = ?2, version = ?3, uploaded = ?4 WHERE key = ?1")
      .bind(1, from)
      .bind(2, to)
      .bind(3, std::string_view(new_object_version()))
      .bind(4, now)
      .run();
  if (object->multipart) {
    connection.prepare("UPDATE _mf_multipart_parts SET object_key = ?2 WHERE object_key = ?1")
        .bind(1, from)
        .bind(2, to)
        .run();
  }
  transaction.commit();
  return true;
}

std::size_t WranglerObjectStore::erase(std::span<const std::string> keys) {
  for (const std::string& key : keys) check_object_key(key);
  sqlite::Connection* connection = existing();
  if (connection == nullptr || keys.empty()) return 0;
  blobs_.check_folder();
  std::size_t erased = 0;
  ValueTransaction transaction(*connection, blobs_);
  ObjectRowWriter rows = row_writer(*connection);
  for (const std::string& key : keys) {
    auto blobs = rows.remove(key);
    if (!blobs) continue;
    ++erased;
    transaction.release(*blobs);
  }
  transaction.commit();
  return erased;
}

bool WranglerObjectStore::erase_unchanged(const ObjectInfo& seen) {
  sqlite::Connection* connection = existing();
  if (connection == nullptr) return false;
  blobs_.check_folder();
  ValueTransaction transaction(*connection, blobs_);
  const std::optional<ObjectInfo> present = head(seen.key);
  if (!present || present->version != seen.version) return false;
  if (auto removed = row_writer(*connection).remove(seen.key)) transaction.release(*removed);
  transaction.commit();
  return true;
}

std::uint64_t WranglerObjectStore::clear() {
  std::uint64_t objects = 0;
  blobs_.check_folder();
  if (sqlite::Connection* connection = existing()) {
    ValueTransaction transaction(*connection, blobs_);
    for (const char* statement : {"DELETE FROM _mf_multipart_parts RETURNING blob_id",
                                  "DELETE FROM _mf_multipart_uploads RETURNING NULL",
                                  "DELETE FROM _mf_objects RETURNING coalesce(blob_id, '')"}) {
      objects = 0;  // only the last statement counts
      sqlite::Statement remove = connection->prepare(statement);
      while (remove.step()) {
        ++objects;
        if (!remove.is_null(0)) transaction.release(remove.text(0));
      }
    }
    transaction.commit();
  }
  blobs_.remove_if_empty();
  return objects;
}

}  // namespace corral::wrangler

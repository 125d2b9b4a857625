#include "backends/snapshots/record_comparison.hpp"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/error.hpp"
#include "backends/lmdb/kv_entry.hpp"
#include "backends/lmdb/long_keys.hpp"
#include "backends/lmdb/queue_record.hpp"

namespace corral::snapshots {

namespace {

using Change = StateDifference::Change;

/// The names of queues by the number that identifies each in keys.
using QueueNames = std::map<std::uint32_t, std::string>;

void learn_queues(RecordStream& records, QueueNames& names) {
  while (const Record* record = records.next()) {
    if (record->database != "queues" || record->key.starts_with('\0')) continue;
    names.emplace(lmdb::decode_state(record->value).number, record->key);
  }
}

std::string queue_name(const QueueNames& names, std::uint32_t number) {
  const auto found = names.find(number);
  return found == names.end() ? fmt::format("#{}", number) : found->second;
}

/// What differs between two KV entries; empty if only the version does.
std::vector<std::string> fields_of_entry(const Record& a, const Record& b) {
  if (lmdb::holds_bundle(a.key)) return {"value"};
  const lmdb::StoredEntry before = lmdb::decode_entry(a.value);
  const lmdb::StoredEntry after = lmdb::decode_entry(b.value);
  std::vector<std::string> fields;
  if (before.value != after.value) fields.emplace_back("value");
  if (before.expiration != after.expiration) fields.emplace_back("expiration");
  if (before.metadata != after.metadata) fields.emplace_back("metadata");
  return fields;
}

std::vector<std::string> fields_of_message(const Record& a, const Record& b) {
  const lmdb::MessageRecord before = lmdb::decode_record(a.value);
  const lmdb::MessageRecord after = lmdb::decode_record(b.value);
  std::vector<std::string> fields;
  if (before.body != after.body) fields.emplace_back("body");
  if (before.attempts != after.attempts) fields.emplace_back("attempts");
  if (before.visible_at != after.visible_at) fields.emplace_back("visible_at");
  if (before.leased != after.leased || before.lease != after.lease) fields.emplace_back("lease");
  if (fields.empty()) fields.emplace_back("record");
  return fields;
}

/// The user-visible item that an entry represents; false for derived entries (indexes, bodies).
bool describe(const Record& record, const QueueNames& queues, StateDifference& difference) {
  difference.service = *service_of_record(record.database, record.key);
  if (record.database == "registry") {
    const std::size_t slash = record.key.find('/');
    difference.what = "resource";
    difference.place = record.key.substr(0, slash);
    difference.item = record.key.substr(slash + 1);
  } else if (record.database == "migrations") {
    difference.what = "migration record";
    difference.place = "migrations";
    difference.item = record.key;
  } else if (record.database.starts_with("kv/")) {
    difference.what = "key";
    difference.place = record.database.substr(3);
    difference.item = record.key;
  } else if (record.database == "messages") {
    difference.what = "message";
    difference.place = queue_name(queues, lmdb::parts_of_message_key(record.key).queue);
    difference.item = hex(lmdb::decode_record(record.value).id);
  } else if (record.database == "queues" && !record.key.starts_with('\0')) {
    difference.what = "queue";
    difference.place = record.key;
    difference.item = record.key;
  } else {
    return false;
  }
  return true;
}

}  // namespace

void compare_records(const std::function<std::unique_ptr<RecordStream>(bool second)>& open,
                     const std::function<void(const StateDifference&)>& visit) {
  QueueNames queues;
  learn_queues(*open(true), queues);
  learn_queues(*open(false), queues);
  const auto first = open(false);
  const auto second = open(true);
  merge_records(*first, *second, [&](const Record* a, const Record* b) {
    if (a != nullptr && b != nullptr && a->value == b->value) return;
    StateDifference difference;
    if (!describe(*(a != nullptr ? a : b), queues, difference)) return;
    difference.change = a == nullptr ? Change::added : b == nullptr ? Change::removed : Change::changed;
    if (a != nullptr && b != nullptr) {
      if (difference.what == "key") difference.fields = fields_of_entry(*a, *b);
      if (difference.what == "message") difference.fields = fields_of_message(*a, *b);
      if (difference.what == "key" && difference.fields.empty()) return;
    }
    visit(difference);
  });
}

}  // namespace corral::snapshots

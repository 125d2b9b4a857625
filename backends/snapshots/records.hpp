#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/byte_stream.hpp"
#include "backends/lmdb/environment.hpp"
#include "backends/state_snapshots.hpp"

namespace corral::snapshots {

/// An entry of an LMDB environment: the name of its database, its key and its value.
struct Record {
  std::string database;
  std::string key;
  std::string value;
};

/// The service that an entry of `<state>/v3/corral` or its `queues` belongs to; nullopt: it is not part of
/// the state.
std::optional<StateService> service_of_record(std::string_view database, std::string_view key);

/// A forward-only stream of entries, ordered by database and key.
class RecordStream {
 public:
  virtual ~RecordStream() = default;
  /// The next entry, valid until the next call; nullptr at the end.
  virtual const Record* next() = 0;
};

/// The entries of these services in an environment, read within a transaction.
std::unique_ptr<RecordStream> live_records(lmdb::Transaction& transaction,
                                           const std::vector<StateService>& services);

/// The entries that write_records wrote. Throws corrupt for anything else: the file may come from an
/// untrusted source.
std::unique_ptr<RecordStream> stored_records(const std::filesystem::path& file,
                                             const std::vector<StateService>& services);

/// No entries.
std::unique_ptr<RecordStream> no_records();

/// Writes all entries. Format: a line with the version; then for each entry the lengths of its three parts
/// (4, 4 and 8 bytes, little-endian) and the parts; then an entry with 2^32-1 as the length of its name and
/// the number of entries as the length of its value.
void write_records(RecordStream& records, const std::function<void(std::string_view)>& write);

/// Makes an environment's entries of these services equal to the stream's, in one transaction; returns the
/// number of entries changed. `open` returns a fresh stream and may be called several times.
std::uint64_t replace_records(lmdb::Environment& environment, const std::vector<StateService>& services,
                              const std::function<std::unique_ptr<RecordStream>()>& open);

/// Whether an environment's entries of these services equal the stream's.
bool same_records(lmdb::Environment& environment, const std::vector<StateService>& services,
                  const std::function<std::unique_ptr<RecordStream>()>& open);

/// Walks two streams in parallel. `visit` gets entries with equal keys together, with nullptr for a stream
/// that lacks the key.
void merge_records(RecordStream& first, RecordStream& second,
                   const std::function<void(const Record* first, const Record* second)>& visit);

}  // namespace corral::snapshots

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "backends/lmdb/environment.hpp"
#include "backends/lmdb/page_compression.hpp"

namespace corral::lmdb {

/// Pieces of content, each kept once under the hash of its bytes for as long as something uses it. One named
/// database of an environment holds the pieces; another how often each is used, where that is more than once.
///
/// A piece is compressed where that saves space: its key is its hash. Otherwise the last bytes of the piece
/// follow the hash in its key. LMDB keeps a long value in pages of its own that lose 16 bytes to a header, so
/// that a database's page of 4096 bytes would take two of them.
class PagePool {
 public:
  /// Bytes of a hash: the first 16 of SHA-256.
  static constexpr std::size_t hash_bytes = 16;
  static std::string hash_of(std::string_view bytes);

  /// In a write: made if it does not exist. `name` names the database.
  static PagePool make(Transaction& transaction, const std::string& name);
  /// nullopt: there is none.
  static std::optional<PagePool> find(Transaction& transaction, const std::string& name);

  bool has(std::string_view hash);

  /// nullopt if there is no such piece. Throws corrupt if its bytes are not those of the hash.
  std::optional<std::string> get(std::string_view hash);

  /// One more use of the piece; keeps it if it is the first, and returns whether it was.
  bool add(std::string_view hash, std::string_view bytes);
  /// One more use of a piece that is there.
  void use(std::string_view hash);

  /// One use less; returns the piece if that was the last, for it is gone then.
  std::optional<std::string> release(std::string_view hash);

  /// How often each piece is used, by its hash.
  using Uses = std::map<std::string, std::uint32_t, std::less<>>;

  /// Writes these down in place of what is known, and removes every piece that is not among them.
  void set_uses(const Uses& uses);

 private:
  PagePool(Transaction& transaction, Database pieces, Database uses)
      : transaction_(&transaction), pieces_(pieces), uses_(uses) {}
  std::optional<Cursor::Record> record(std::string_view hash);
  /// nullopt: it is compressed and damaged.
  std::optional<std::string> content_of(const Cursor::Record& piece);
  std::uint32_t uses_of(std::string_view hash);

  Transaction* transaction_;
  Database pieces_;
  Database uses_;
  PageCompression compression_;
};

}  // namespace corral::lmdb

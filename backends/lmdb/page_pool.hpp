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

/// A content-addressed, reference-counted store: each piece is kept once, under the hash of its bytes, as
/// long as it is in use. One named database of an environment holds the pieces; another holds reference
/// counts above one.
///
/// A piece is compressed if that saves space; its key is then its hash. Otherwise the last bytes of the piece
/// follow the hash in its key: LMDB stores a long value in overflow pages with a 16-byte header, so that a
/// 4096-byte database page would take two of them.
class PagePool {
 public:
  /// The length of a hash: the first 16 bytes of SHA-256.
  static constexpr std::size_t hash_bytes = 16;
  static std::string hash_of(std::string_view bytes);

  /// Opens the pool called `name`, creating it if necessary. Only in a write.
  static PagePool make(Transaction& transaction, const std::string& name);
  /// nullopt if it does not exist.
  static std::optional<PagePool> find(Transaction& transaction, const std::string& name);

  bool has(std::string_view hash);

  /// nullopt if there is no such piece. Throws corrupt if its bytes do not match the hash.
  std::optional<std::string> get(std::string_view hash);

  /// Adds a reference to the piece, storing it if it is new; returns whether it was.
  bool add(std::string_view hash, std::string_view bytes);
  /// Adds a reference to an existing piece.
  void use(std::string_view hash);

  /// Drops a reference. If it was the last one, removes the piece and returns it.
  std::optional<std::string> release(std::string_view hash);

  /// Reference counts by hash.
  using Uses = std::map<std::string, std::uint32_t, std::less<>>;

  /// Replaces all reference counts with these, and removes every piece that has none.
  void set_uses(const Uses& uses);

 private:
  PagePool(Transaction& transaction, Database pieces, Database uses)
      : transaction_(&transaction), pieces_(pieces), uses_(uses) {}
  std::optional<Cursor::Record> record(std::string_view hash);
  /// nullopt: compressed and damaged.
  std::optional<std::string> content_of(const Cursor::Record& piece);
  std::uint32_t uses_of(std::string_view hash);

  Transaction* transaction_;
  Database pieces_;
  Database uses_;
  PageCompression compression_;
};

}  // namespace corral::lmdb

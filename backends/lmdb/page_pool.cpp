#include "backends/lmdb/page_pool.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "backends/bytes/hashing.hpp"
#include "backends/error.hpp"

namespace corral::lmdb {

namespace {

constexpr std::size_t bytes_in_key = 16;

/// Up to this size, a value shares an LMDB page with others; above, it occupies whole pages.
constexpr std::size_t most_shared_bytes = 2000;
std::size_t bytes_for(std::size_t value) {
  constexpr std::size_t page = 4096;
  constexpr std::size_t header = 16;
  return value <= most_shared_bytes ? value : (value + header + page - 1) / page * page;
}

std::string uses_name(const std::string& name) {
  return name + "-uses";
}

}  // namespace

std::string PagePool::hash_of(std::string_view bytes) {
  const Sha256 hash = sha256(bytes);
  return {reinterpret_cast<const char*>(hash.data()), hash_bytes};
}

PagePool PagePool::make(Transaction& transaction, const std::string& name) {
  const Database pieces = transaction.make(name);
  return {transaction, pieces, transaction.make(uses_name(name))};
}

std::optional<PagePool> PagePool::find(Transaction& transaction, const std::string& name) {
  const auto pieces = transaction.find(name);
  const auto uses = transaction.find(uses_name(name));
  if (!pieces || !uses) return std::nullopt;
  return PagePool(transaction, *pieces, *uses);
}

std::optional<Cursor::Record> PagePool::record(std::string_view hash) {
  Cursor cursor = transaction_->cursor(pieces_);
  auto found = cursor.seek(hash);
  if (found && !found->first.starts_with(hash)) found.reset();
  return found;
}

bool PagePool::has(std::string_view hash) {
  return record(hash).has_value();
}

std::optional<std::string> PagePool::content_of(const Cursor::Record& piece) {
  const auto& [key, value] = piece;
  // Only an uncompressed piece keeps bytes in its key.
  if (key.size() == hash_bytes) return compression_.decompress(value);
  std::string bytes(value);
  bytes += key.substr(hash_bytes);
  return bytes;
}

std::optional<std::string> PagePool::get(std::string_view hash) {
  const auto found = record(hash);
  if (!found) return std::nullopt;
  std::optional<std::string> bytes = content_of(*found);
  if (!bytes || hash_of(*bytes) != hash)
    throw Error(ErrorKind::corrupt, "a page that time travel keeps is damaged", "take another bookmark");
  return bytes;
}

std::uint32_t PagePool::uses_of(std::string_view hash) {
  std::uint32_t uses = 1;
  if (const auto stored = transaction_->get(uses_, hash))
    std::from_chars(stored->data(), stored->data() + stored->size(), uses);
  return uses;
}

bool PagePool::add(std::string_view hash, std::string_view bytes) {
  if (has(hash)) {
    use(hash);
    return false;
  }
  std::string key(hash);
  const std::size_t tail = std::min(bytes.size(), bytes_in_key);
  const std::string_view compressed = compression_.compress(bytes);
  if (bytes_for(compressed.size()) < bytes_for(bytes.size() - tail)) {
    transaction_->put(pieces_, key, compressed);
    return true;
  }
  key += bytes.substr(bytes.size() - tail);
  transaction_->put(pieces_, key, bytes.substr(0, bytes.size() - tail));
  return true;
}

void PagePool::use(std::string_view hash) {
  transaction_->put(uses_, hash, std::to_string(uses_of(hash) + 1));
}

std::optional<std::string> PagePool::release(std::string_view hash) {
  const std::uint32_t uses = uses_of(hash);
  if (uses > 2) {
    transaction_->put(uses_, hash, std::to_string(uses - 1));
    return std::nullopt;
  }
  if (uses == 2) {
    transaction_->erase(uses_, hash);
    return std::nullopt;
  }
  const auto found = record(hash);
  if (!found) return std::nullopt;
  std::string bytes = content_of(*found).value_or(std::string());
  const std::string key(found->first);
  transaction_->erase(pieces_, key);
  return bytes;
}

void PagePool::set_uses(const Uses& uses) {
  std::vector<std::string> unused;
  std::vector<std::string> counted;
  {
    Cursor pieces = transaction_->cursor(pieces_);
    for (auto piece = pieces.first(); piece; piece = pieces.next()) {
      if (!uses.contains(piece->first.substr(0, hash_bytes))) unused.emplace_back(piece->first);
    }
    Cursor counts = transaction_->cursor(uses_);
    for (auto count = counts.first(); count; count = counts.next()) counted.emplace_back(count->first);
  }
  for (const std::string& key : unused) transaction_->erase(pieces_, key);
  for (const std::string& key : counted) transaction_->erase(uses_, key);
  for (const auto& [hash, count] : uses) {
    if (count > 1) transaction_->put(uses_, hash, std::to_string(count));
  }
}

}  // namespace corral::lmdb

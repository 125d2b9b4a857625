#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "backends/bytes/byte_stream.hpp"
#include "backends/bytes/hashing.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/sql_text/script.hpp"
#include "backends/sql_text/statement_reader.hpp"

namespace corral::migrations {

/// One SQL file, read as a stream: a migration, its down part, a seed. BEGIN and COMMIT are removed and
/// PRAGMA foreign_keys has no effect (sql::Script), as in wrangler and D1, which run the file in a
/// transaction.
///
/// Throws not_found or io for an unreadable file; invalid_input for one that is not UTF-8 (with the line),
/// contains a NUL byte or has an unpaired COMMIT; limit for a statement far above D1's 100,000 bytes.
class ScriptFile final : public sql::StatementSource {
 public:
  /// `name`: how errors refer to it.
  ScriptFile(const std::filesystem::path& path, const std::string& name);

  bool next(sql::ScriptStatement& statement) override;

  [[nodiscard]] std::uint64_t statements() const noexcept { return statements_; }
  [[nodiscard]] std::uint64_t bytes_read() const noexcept { return reader_.bytes_read(); }
  [[nodiscard]] std::uint64_t bytes_total() const noexcept { return bytes_total_; }

  /// SHA-256 of the whole file in hexadecimal, once `next` has returned false.
  [[nodiscard]] const std::string& sha256() const noexcept { return sha256_; }

 private:
  /// Forwards bytes and hashes them.
  class HashedSource final : public ByteSource {
   public:
    HashedSource(const std::filesystem::path& path, const std::string& name);
    std::size_t read(std::span<char> buffer) override;
    [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return file_.remaining(); }
    std::string digest() { return hash_.digest(); }

   private:
    FileSource file_;
    Hasher hash_{HashKind::sha256};
  };

  HashedSource source_;
  std::uint64_t bytes_total_;
  sql::StatementReader reader_;
  sql::Script script_;
  std::string sha256_;
  std::uint64_t statements_ = 0;
};

/// SHA-256 of a file of any content, in hexadecimal. Throws not_found or io.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace corral::migrations

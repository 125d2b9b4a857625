#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace corral {

using Sha256 = std::array<unsigned char, 32>;

/// SHA-256 (FIPS 180-4) of the bytes.
Sha256 sha256(std::string_view bytes);

/// HMAC-SHA-256 (RFC 2104) of the bytes under a key.
Sha256 hmac_sha256(std::span<const unsigned char> key, std::span<const unsigned char> bytes);

enum class HashKind { md5, sha1, sha256, sha384, sha512 };

inline constexpr std::array<HashKind, 5> hash_kinds = {HashKind::md5, HashKind::sha1, HashKind::sha256,
                                                       HashKind::sha384, HashKind::sha512};

/// The name R2 uses for a kind: "md5", "sha1", "sha256", ...
std::string_view name_of(HashKind kind) noexcept;

/// The kind with this name, or nullopt.
std::optional<HashKind> hash_kind_of(std::string_view name) noexcept;

/// The length of a kind's digest in bytes.
std::size_t digest_bytes(HashKind kind) noexcept;

/// An incremental hash. MD5 (RFC 1321) and SHA-1 detect accidental damage only.
class Hasher {
 public:
  explicit Hasher(HashKind kind);
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  ~Hasher();

  void update(std::string_view bytes);

  /// The raw digest of everything so far. Finishes the hash: do not call this or `update` again.
  std::string digest();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Lower-case hexadecimal.
std::string hex(std::span<const unsigned char> bytes);
std::string hex(std::string_view bytes);

/// Fills the span from the kernel's random number generator. Throws io.
void fill_random(std::span<unsigned char> bytes);

/// `count` random bytes as lower-case hexadecimal.
std::string random_hex(std::size_t count);

}  // namespace corral

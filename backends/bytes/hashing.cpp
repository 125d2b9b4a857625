// Uses libcrypto's deprecated low-level hash functions: EVP loads providers first, which takes 0.7 ms, a
// third of the time budget of a whole command.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "backends/bytes/hashing.hpp"

#include <cerrno>
#include <variant>
#include <vector>

#include <openssl/md5.h>
#include <openssl/sha.h>

#include "backends/error.hpp"
#include "backends/platform/random_bytes.hpp"

namespace corral {

namespace {

constexpr std::size_t sha256_block_bytes = 64;

Sha256 sha256_of(std::span<const unsigned char> first, std::span<const unsigned char> second) {
  Sha256 digest{};
  SHA256_CTX state;
  SHA256_Init(&state);
  SHA256_Update(&state, first.data(), first.size());
  SHA256_Update(&state, second.data(), second.size());
  SHA256_Final(digest.data(), &state);
  return digest;
}

std::span<const unsigned char> bytes_of(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
  return sha256_of(bytes_of(bytes), {});
}

Sha256 hmac_sha256(std::span<const unsigned char> key, std::span<const unsigned char> bytes) {
  Sha256 short_key{};
  if (key.size() > sha256_block_bytes) {
    short_key = sha256_of(key, {});
    key = short_key;
  }
  std::array<unsigned char, sha256_block_bytes> inner{};
  std::array<unsigned char, sha256_block_bytes> outer{};
  inner.fill(0x36);
  outer.fill(0x5c);
  for (std::size_t i = 0; i < key.size(); ++i) {
    inner.at(i) ^= key[i];
    outer.at(i) ^= key[i];
  }
  return sha256_of(outer, sha256_of(inner, bytes));
}

std::string_view name_of(HashKind kind) noexcept {
  constexpr std::array<std::string_view, hash_kinds.size()> names = {"md5", "sha1", "sha256", "sha384",
                                                                     "sha512"};
  return names.at(static_cast<std::size_t>(kind));
}

std::optional<HashKind> hash_kind_of(std::string_view name) noexcept {
  for (const HashKind kind : hash_kinds) {
    if (name_of(kind) == name) return kind;
  }
  return std::nullopt;
}

std::size_t digest_bytes(HashKind kind) noexcept {
  constexpr std::array<std::size_t, hash_kinds.size()> lengths = {
      MD5_DIGEST_LENGTH, SHA_DIGEST_LENGTH, SHA256_DIGEST_LENGTH, SHA384_DIGEST_LENGTH, SHA512_DIGEST_LENGTH};
  return lengths.at(static_cast<std::size_t>(kind));
}

/// SHA-384 shares SHA-512's context, which records which of the two it computes.
struct Hasher::State {
  HashKind kind{};
  std::variant<MD5_CTX, SHA_CTX, SHA256_CTX, SHA512_CTX> context;
};

Hasher::Hasher(HashKind kind) : state_(std::make_unique<State>()) {
  state_->kind = kind;
  auto& context = state_->context;
  switch (kind) {
    case HashKind::md5: MD5_Init(&context.emplace<MD5_CTX>()); break;
    case HashKind::sha1: SHA1_Init(&context.emplace<SHA_CTX>()); break;
    case HashKind::sha256: SHA256_Init(&context.emplace<SHA256_CTX>()); break;
    case HashKind::sha384: SHA384_Init(&context.emplace<SHA512_CTX>()); break;
    case HashKind::sha512: SHA512_Init(&context.emplace<SHA512_CTX>()); break;
  }
}

Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::update(std::string_view bytes) {
  auto& context = state_->context;
  switch (state_->kind) {
    case HashKind::md5: MD5_Update(std::get_if<MD5_CTX>(&context), bytes.data(), bytes.size()); break;
    case HashKind::sha1: SHA1_Update(std::get_if<SHA_CTX>(&context), bytes.data(), bytes.size()); break;
    case HashKind::sha256:
      SHA256_Update(std::get_if<SHA256_CTX>(&context), bytes.data(), bytes.size());
      break;
    case HashKind::sha384:
    case HashKind::sha512:
      SHA512_Update(std::get_if<SHA512_CTX>(&context), bytes.data(), bytes.size());
      break;
  }
}

std::string Hasher::digest() {
  std::string digest(digest_bytes(state_->kind), '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(digest.data());
  auto& context = state_->context;
  switch (state_->kind) {
    case HashKind::md5: MD5_Final(bytes, std::get_if<MD5_CTX>(&context)); break;
    case HashKind::sha1: SHA1_Final(bytes, std::get_if<SHA_CTX>(&context)); break;
    case HashKind::sha256: SHA256_Final(bytes, std::get_if<SHA256_CTX>(&context)); break;
    case HashKind::sha384: SHA384_Final(bytes, std::get_if<SHA512_CTX>(&context)); break;
    case HashKind::sha512: SHA512_Final(bytes, std::get_if<SHA512_CTX>(&context)); break;
  }
  return digest;
}

std::string hex(std::string_view bytes) {
  return hex(bytes_of(bytes));
}

std::string hex(std::span<const unsigned char> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 0x0FU];
  }
  return text;
}

void fill_random(std::span<unsigned char> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = platform::read_random(bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error(errno, "cannot read random bytes from the kernel");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

std::string random_hex(std::size_t count) {
  std::vector<unsigned char> bytes(count);
  fill_random(bytes);
  return hex(bytes);
}

}  // namespace corral

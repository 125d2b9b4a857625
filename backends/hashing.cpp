// libcrypto's plain SHA-256 functions: its newer EVP interface loads providers first, which takes 0.7 ms,
// a third of what a whole command may take.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "backends/hashing.hpp"

#include <cerrno>
#include <sys/random.h>
#include <vector>

#include <openssl/sha.h>

#include "backends/error.hpp"

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
    const ssize_t count = ::getrandom(bytes.data(), bytes.size(), 0);
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

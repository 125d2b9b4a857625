#include "backends/files/sealed_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <unistd.h>
#include <vector>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "backends/bytes/hashing.hpp"
#include "backends/error.hpp"
#include "backends/files/spool.hpp"

namespace corral {

namespace {

/// The unit of encryption: a page of SQLite's default size, so that most writes need no reading first.
constexpr std::size_t block_bytes = 4096;
using Block = std::array<unsigned char, block_bytes>;

constexpr const char* name = "a temporary file";

Error cipher_failed() {
  return {ErrorKind::io, "cannot encrypt a temporary file: libcrypto refused AES-256-XTS"};
}

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

CipherContext make_context(std::span<const unsigned char> key, bool encrypts) {
  CipherContext context(EVP_CIPHER_CTX_new());
  if (!context || EVP_CipherInit_ex(context.get(), EVP_aes_256_xts(), nullptr, key.data(), nullptr,
                                    encrypts ? 1 : 0) != 1) {
    throw cipher_failed();
  }
  return context;
}

}  // namespace

class SealedFile::Cipher {
 public:
  Cipher() : file_(make_nameless_file()) {
    constexpr std::size_t key_bytes = 64;  // two keys of AES-256
    std::array<unsigned char, key_bytes> key{};
    fill_random(key);
    encrypt_ = make_context(key, true);
    decrypt_ = make_context(key, false);
    OPENSSL_cleanse(key.data(), key.size());
  }

  [[nodiscard]] int file() const { return file_.get(); }
  void encrypt(std::uint64_t number, std::span<const unsigned char> from, unsigned char* to) const {
    run(encrypt_.get(), number, from, to);
  }
  void decrypt(std::uint64_t number, std::span<const unsigned char> from, unsigned char* to) const {
    run(decrypt_.get(), number, from, to);
  }

 private:
  /// The number of the block is the tweak.
  static void run(EVP_CIPHER_CTX* context, std::uint64_t number, std::span<const unsigned char> from,
                  unsigned char* to) {
    constexpr std::size_t tweak_bytes = 16;
    std::array<unsigned char, tweak_bytes> tweak{};
    std::memcpy(tweak.data(), &number, sizeof(number));
    int length = 0;
    if (EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, tweak.data(), -1) != 1 ||
        EVP_CipherUpdate(context, to, &length, from.data(), static_cast<int>(from.size())) != 1) {
      throw cipher_failed();
    }
  }

  FileDescriptor file_;
  CipherContext encrypt_;
  CipherContext decrypt_;
};

SealedFile::SealedFile() = default;
SealedFile::SealedFile(SealedFile&&) noexcept = default;
SealedFile& SealedFile::operator=(SealedFile&&) noexcept = default;
SealedFile::~SealedFile() = default;

void SealedFile::load_block(std::uint64_t number, std::span<unsigned char> block) const {
  Block stored{};
  std::size_t filled = 0;
  while (filled < block_bytes) {
    const ssize_t count = ::pread(cipher_->file(), stored.data() + filled, block_bytes - filled,
                                  static_cast<off_t>(number * block_bytes + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error(errno, "cannot read a temporary file");
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  // A block that was never written is a hole, whose zeros are no ciphertext.
  if (std::all_of(stored.begin(), stored.end(), [](unsigned char byte) { return byte == 0; })) {
    std::fill(block.begin(), block.end(), static_cast<unsigned char>(0));
  } else {
    cipher_->decrypt(number, stored, block.data());
  }
}

void SealedFile::store_block(std::uint64_t number, std::span<const unsigned char> block) {
  Block sealed{};
  cipher_->encrypt(number, block, sealed.data());
  std::size_t done = 0;
  while (done < block_bytes) {
    const ssize_t count = ::pwrite(cipher_->file(), sealed.data() + done, block_bytes - done,
                                   static_cast<off_t>(number * block_bytes + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error(errno, std::string("cannot write ") + name);
    done += static_cast<std::size_t>(count);
  }
}

void SealedFile::write(std::uint64_t offset, std::string_view bytes) {
  if (bytes.empty()) return;
  if (!cipher_) cipher_ = std::make_unique<Cipher>();
  const auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t left = bytes.size();
  for (std::uint64_t at = offset; left > 0;) {
    const std::uint64_t number = at / block_bytes;
    const auto start = static_cast<std::size_t>(at % block_bytes);
    const std::size_t count = std::min(left, block_bytes - start);
    if (count == block_bytes) {
      store_block(number, {from, block_bytes});
    } else {
      Block block{};
      load_block(number, block);
      std::memcpy(block.data() + start, from, count);
      store_block(number, block);
    }
    from += count;
    at += count;
    left -= count;
  }
  size_ = std::max<std::uint64_t>(size_, offset + bytes.size());
}

std::size_t SealedFile::read(std::uint64_t offset, std::span<char> buffer) {
  if (offset >= size_) return 0;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size_ - offset));
  Block block{};
  for (std::size_t done = 0; done < wanted;) {
    const std::uint64_t at = offset + done;
    const auto start = static_cast<std::size_t>(at % block_bytes);
    const std::size_t count = std::min(wanted - done, block_bytes - start);
    if (cipher_) load_block(at / block_bytes, block);
    std::memcpy(buffer.data() + done, block.data() + start, count);
    done += count;
  }
  return wanted;
}

/// Clears the rest of the block in which the file is to end, so that it reads as zeros if the file grows.
void SealedFile::zero_tail(std::uint64_t bytes) {
  const auto used = static_cast<std::size_t>(bytes % block_bytes);
  if (used == 0) return;
  Block block{};
  load_block(bytes / block_bytes, block);
  std::fill(block.begin() + static_cast<std::ptrdiff_t>(used), block.end(), static_cast<unsigned char>(0));
  store_block(bytes / block_bytes, block);
}

void SealedFile::resize(std::uint64_t bytes) {
  if (cipher_ && bytes < size_) {
    zero_tail(bytes);
    const std::uint64_t blocks = (bytes + block_bytes - 1) / block_bytes;
    if (::ftruncate(cipher_->file(), static_cast<off_t>(blocks * block_bytes)) != 0)
      throw system_error(errno, "cannot shorten a temporary file");
  }
  size_ = bytes;
}

}  // namespace corral

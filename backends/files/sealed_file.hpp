#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace corral {

/// An unnamed temporary file whose bytes are on the disk only encrypted: AES-256 in XTS mode, with a key that
/// is made for the file, kept in this process's memory and nowhere else. For data that must not reach a disk
/// as it is. Protects what is stored, not the process: anyone who can read its memory, or the swap space, can
/// read the file. Not authenticated: it guards against reading, not against tampering while the process runs.
///
/// The file is made by the first write. Bytes between the end and a later write read as zeros. Throws io.
class SealedFile {
 public:
  SealedFile();
  SealedFile(SealedFile&&) noexcept;
  SealedFile& operator=(SealedFile&&) noexcept;
  SealedFile(const SealedFile&) = delete;
  SealedFile& operator=(const SealedFile&) = delete;
  ~SealedFile();

  void write(std::uint64_t offset, std::string_view bytes);

  /// Returns how many bytes were read: fewer than the buffer holds only at the end.
  std::size_t read(std::uint64_t offset, std::span<char> buffer);

  /// Makes the file shorter, or longer by zeros.
  void resize(std::uint64_t bytes);

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  class Cipher;
  void load_block(std::uint64_t number, std::span<unsigned char> block) const;
  void store_block(std::uint64_t number, std::span<const unsigned char> block);
  void zero_tail(std::uint64_t bytes);

  std::unique_ptr<Cipher> cipher_;  ///< with the file; none before the first write
  std::uint64_t size_ = 0;
};

}  // namespace corral

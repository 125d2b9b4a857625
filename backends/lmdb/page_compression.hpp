#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace corral::lmdb {

/// Compresses pieces of up to 64 KiB, each as a zstd frame of its own. Allocates its buffers on first use.
class PageCompression {
 public:
  /// The result is valid until the next call. Throws limit if out of memory.
  std::string_view compress(std::string_view bytes);

  /// nullopt if `bytes` is not a frame or its content exceeds 64 KiB. Throws limit if out of memory.
  std::optional<std::string> decompress(std::string_view bytes);

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const noexcept;
    void operator()(ZSTD_DCtx_s* context) const noexcept;
  };
  std::unique_ptr<ZSTD_CCtx_s, Free> compressor_;
  std::unique_ptr<ZSTD_DCtx_s, Free> decompressor_;
  std::string buffer_;
};

}  // namespace corral::lmdb

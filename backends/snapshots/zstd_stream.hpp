#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/byte_stream.hpp"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace corral::snapshots {

/// Compresses into another sink, with a checksum of the content. The output is incomplete until `finish`.
class ZstdSink final : public ByteSink {
 public:
  explicit ZstdSink(ByteSink& sink);
  void write(std::string_view bytes) override;
  void finish();

 private:
  void compress(std::string_view bytes, bool end);

  struct Free {
    void operator()(ZSTD_CCtx_s* context) const noexcept;
  };
  ByteSink& sink_;
  std::unique_ptr<ZSTD_CCtx_s, Free> context_;
  std::vector<char> buffer_;
};

/// Decompresses another source in bounded memory. Throws corrupt if the input is not such a stream, is
/// truncated or fails its checksum.
class ZstdSource final : public ByteSource {
 public:
  explicit ZstdSource(ByteSource& source);
  std::size_t read(std::span<char> buffer) override;

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const noexcept;
  };
  ByteSource& source_;
  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::size_t fill_ = 0;
  bool in_frame_ = false;
  bool began_ = false;
};

}  // namespace corral::snapshots

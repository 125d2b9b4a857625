#include "backends/lmdb/page_compression.hpp"

#include <zstd.h>

#include <fmt/format.h>

#include "backends/error.hpp"

namespace corral::lmdb {

namespace {

constexpr std::size_t most_bytes = 65'536;

/// The fastest level that finds repetitions within a page.
constexpr int level = 3;

}  // namespace

void PageCompression::Free::operator()(ZSTD_CCtx_s* context) const noexcept {
  ZSTD_freeCCtx(context);
}

void PageCompression::Free::operator()(ZSTD_DCtx_s* context) const noexcept {
  ZSTD_freeDCtx(context);
}

std::string_view PageCompression::compress(std::string_view bytes) {
  if (!compressor_) compressor_.reset(ZSTD_createCCtx());
  if (!compressor_) throw Error(ErrorKind::limit, "there is not enough memory for this");
  buffer_.resize(ZSTD_compressBound(bytes.size()));
  const std::size_t size =
      ZSTD_compressCCtx(compressor_.get(), buffer_.data(), buffer_.size(), bytes.data(), bytes.size(), level);
  if (ZSTD_isError(size) != 0)
    throw Error(ErrorKind::limit, fmt::format("cannot compress a page: {}", ZSTD_getErrorName(size)));
  return std::string_view(buffer_).substr(0, size);
}

std::optional<std::string> PageCompression::decompress(std::string_view bytes) {
  if (!decompressor_) decompressor_.reset(ZSTD_createDCtx());
  if (!decompressor_) throw Error(ErrorKind::limit, "there is not enough memory for this");
  const unsigned long long length = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (length > most_bytes) return std::nullopt;  // also true of anything that is not a frame
  std::string content(static_cast<std::size_t>(length), '\0');
  const std::size_t size =
      ZSTD_decompressDCtx(decompressor_.get(), content.data(), content.size(), bytes.data(), bytes.size());
  if (size != content.size()) return std::nullopt;
  return content;
}

}  // namespace corral::lmdb

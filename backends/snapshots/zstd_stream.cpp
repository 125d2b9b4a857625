#include "backends/snapshots/zstd_stream.hpp"

#include <zstd.h>

#include <fmt/format.h>

#include "backends/error.hpp"

namespace corral::snapshots {

namespace {

constexpr std::size_t buffer_bytes = std::size_t{128} << 10U;

[[noreturn]] void refuse_archive(std::string_view why) {
  throw Error(ErrorKind::corrupt, fmt::format("the archive is damaged: {}", why), "nothing was changed");
}

}  // namespace

void ZstdSink::Free::operator()(ZSTD_CCtx_s* context) const noexcept {
  ZSTD_freeCCtx(context);
}

ZstdSink::ZstdSink(ByteSink& sink) : sink_(sink), context_(ZSTD_createCCtx()), buffer_(buffer_bytes) {
  if (!context_) throw Error(ErrorKind::limit, "out of memory");
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
}

void ZstdSink::compress(std::string_view bytes, bool end) {
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  while (true) {
    ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
    const std::size_t rest =
        ZSTD_compressStream2(context_.get(), &out, &in, end ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(rest) != 0) {
      throw Error(ErrorKind::io, fmt::format("cannot compress: {}", ZSTD_getErrorName(rest)));
    }
    if (out.pos != 0) sink_.write({buffer_.data(), out.pos});
    if (end ? rest == 0 : in.pos == in.size) return;
  }
}

void ZstdSink::write(std::string_view bytes) {
  compress(bytes, false);
}

void ZstdSink::finish() {
  compress({}, true);
}

void ZstdSource::Free::operator()(ZSTD_DCtx_s* context) const noexcept {
  ZSTD_freeDCtx(context);
}

ZstdSource::ZstdSource(ByteSource& source)
    : source_(source), context_(ZSTD_createDCtx()), buffer_(buffer_bytes) {
  if (!context_) throw Error(ErrorKind::limit, "out of memory");
}

std::size_t ZstdSource::read(std::span<char> buffer) {
  ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
  while (out.pos == 0 && !buffer.empty()) {
    bool ended = false;
    if (at_ == fill_) {
      fill_ = source_.read(buffer_);
      at_ = 0;
      ended = fill_ == 0;
    }
    if (ended && !in_frame_) {
      if (!began_) refuse_archive("it is empty");
      return 0;
    }
    ZSTD_inBuffer in{buffer_.data(), fill_, at_};
    const std::size_t rest = ZSTD_decompressStream(context_.get(), &out, &in);
    if (ZSTD_isError(rest) != 0) refuse_archive(ZSTD_getErrorName(rest));
    at_ = in.pos;
    began_ = true;
    in_frame_ = rest != 0;
    if (ended && out.pos == 0) refuse_archive("it is cut short");
  }
  return out.pos;
}

}  // namespace corral::snapshots

#include "backends/cloudflare/ranged_download.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/cloudflare/object_headers.hpp"
#include "backends/cloudflare/retry.hpp"
#include "backends/http/client.hpp"
#include "backends/jobs/parallel_jobs.hpp"

namespace corral::cloudflare {

namespace {

class RangedSource final : public ByteSource {
 public:
  RangedSource(std::shared_ptr<S3Client> client, ObjectBytes bytes, Places::Lease places)
      : client_(std::move(client)),
        bytes_(std::move(bytes)),
        places_(std::move(places)),
        buffers_(places_.count()),
        jobs_(places_.count() + 1) {}  // more than one, so that jobs run in other threads

  ~RangedSource() override { stopped_ = true; }
  RangedSource(const RangedSource&) = delete;
  RangedSource& operator=(const RangedSource&) = delete;

  std::size_t read(std::span<char> buffer) override {
    if (taken_ == bytes_.length || buffer.empty()) return 0;
    begin_ranges();
    Buffer& current = buffer_of(taken_ / bytes_a_range);
    wait_for(current);
    if (current.failure) std::rethrow_exception(current.failure);
    const auto at = static_cast<std::size_t>(taken_ % bytes_a_range);
    const std::size_t count = std::min(buffer.size(), current.bytes.size() - at);
    std::memcpy(buffer.data(), current.bytes.data() + at, count);
    taken_ += count;
    return count;
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return bytes_.length - taken_; }

 private:
  /// A range and what has come of it. The next that it is used for is begun once it has been handed out.
  struct Buffer {
    std::string bytes;
    std::exception_ptr failure;
    bool is_complete = false;
  };

  Buffer& buffer_of(std::uint64_t range) { return buffers_[range % buffers_.size()]; }

  void begin_ranges() {
    const std::uint64_t first = taken_ / bytes_a_range;
    for (; begun_ < first + buffers_.size() && begun_ * bytes_a_range < bytes_.length; ++begun_) {
      Buffer& buffer = buffer_of(begun_);
      buffer.is_complete = false;
      const std::uint64_t start = begun_ * bytes_a_range;
      jobs_.add([this, &buffer, start] {
        try {
          buffer.bytes.resize(static_cast<std::size_t>(std::min(bytes_a_range, bytes_.length - start)));
          fetch(bytes_.offset + start, buffer.bytes);
        } catch (...) {
          buffer.failure = std::current_exception();
        }
        const std::scoped_lock lock(mutex_);
        buffer.is_complete = true;
        changed_.notify_all();
      });
    }
  }

  void wait_for(const Buffer& buffer) {
    constexpr auto slice = std::chrono::milliseconds(100);
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, slice, [&] { return buffer.is_complete; }))
      client_->session().check_interrupt();
  }

  /// Fills the buffer with the bytes from `offset` on.
  void fetch(std::uint64_t offset, std::string& buffer) {
    std::size_t filled = 0;
    for (int attempts = 1; filled < buffer.size(); ++attempts) {
      const auto response = begin(offset + filled, buffer.size() - filled);
      try {
        while (filled < buffer.size() && !stopped_) {
          constexpr std::size_t step = 65'536;
          const std::size_t count = response->body().read(
              std::span(buffer).subspan(filled, std::min(step, buffer.size() - filled)));
          if (count == 0) {
            throw http::ConnectionError(
                http::Failure::broken_answer,
                fmt::format("the answer with \"{}\" was too short", shown(bytes_.key)), {});
          }
          filled += count;
        }
      } catch (const http::ConnectionError& error) {
        const auto pause = pause_before_retry({.failure = error.failure()}, true, attempts, random_chance());
        if (!pause || stopped_) throw;
        let_pass(*pause, client_->session().clock(), [this] { client_->session().check_interrupt(); });
      }
      if (stopped_) return;
    }
  }

  std::unique_ptr<http::Response> begin(std::uint64_t offset, std::uint64_t length) {
    std::unique_ptr<http::Response> response;
    try {
      response =
          client_->fetch({.key = bytes_.key,
                          .headers = {{"Range", fmt::format("bytes={}-{}", offset, offset + length - 1)},
                                      {"If-Match", fmt::format("\"{}\"", bytes_.etag)}}});
    } catch (const S3Error& error) {
      if (error.status() == http::status::precondition_failed || error.status() == http::status::not_found)
        throw changed();
      throw;
    }
    const std::string expected = fmt::format("bytes {}-{}/", offset, offset + length - 1);
    if (response->status() != http::status::partial_content ||
        !http::find_header(response->headers(), "content-range").value_or("").starts_with(expected)) {
      throw Error(
          ErrorKind::unavailable,
          fmt::format("R2's S3 endpoint did not answer with the bytes of \"{}\" that it was asked for",
                      shown(bytes_.key)),
          "try again later; is AWS_ENDPOINT_URL_S3 set to another service?");
    }
    // A server that does not heed If-Match says at least what it sends.
    const auto etag = http::find_header(response->headers(), "etag");
    if (etag && bare_etag(*etag) != bytes_.etag) throw changed();
    return response;
  }

  [[nodiscard]] Error changed() const {
    return {ErrorKind::conflict,
            fmt::format("\"{}\" was overwritten or deleted while it was being read", shown(bytes_.key)),
            "run the command again"};
  }

  std::shared_ptr<S3Client> client_;
  ObjectBytes bytes_;
  Places::Lease places_;
  std::uint64_t taken_ = 0;  ///< bytes handed out
  std::uint64_t begun_ = 0;  ///< ranges
  std::atomic<bool> stopped_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Buffer> buffers_;
  ParallelJobs jobs_;  ///< declared last: its threads use the other members
};

}  // namespace

std::unique_ptr<ByteSource> read_in_ranges(std::shared_ptr<S3Client> client, ObjectBytes bytes,
                                           Places::Lease places) {
  return std::make_unique<RangedSource>(std::move(client), std::move(bytes), std::move(places));
}

}  // namespace corral::cloudflare

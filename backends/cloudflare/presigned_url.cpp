#include "backends/cloudflare/presigned_url.hpp"

#include <utility>

#include <fmt/format.h>

#include "backends/cloudflare/retry.hpp"
#include "backends/error.hpp"
#include "backends/http/client.hpp"

namespace corral::cloudflare {

namespace {

constexpr std::uint64_t max_refusal_bytes = std::uint64_t{1} << 20U;

http::Url parsed(const std::string& url) {
  try {
    return http::parse_url(url);
  } catch (const Error&) {
    throw Error(ErrorKind::unavailable, "Cloudflare's API answered without an address for the transfer");
  }
}

}  // namespace

PresignedUrl::PresignedUrl(Session& session, const std::string& url) : session_(session), url_(parsed(url)) {}

std::unique_ptr<http::Response> PresignedUrl::send(
    const char* method, const std::function<std::unique_ptr<ByteSource>()>& bytes) {
  for (int attempts = 1;; ++attempts) {
    const UnixMillis start = session_.clock().elapsed();
    const std::unique_ptr<ByteSource> body = bytes ? bytes() : nullptr;
    std::optional<http::ConnectionError> broken;
    std::optional<UnixMillis> retry_after;
    int status = 0;
    std::unique_ptr<http::Response> response;
    try {
      response = session_.http().send({.method = method, .url = url_, .body = body.get()});
      status = response->status();
      if (const auto after = http::find_header(response->headers(), "retry-after"))
        retry_after = parse_retry_after(*after, session_.clock().now());
      if (body) read_all(response->body(), max_refusal_bytes, "the answer");  // which frees the connection
    } catch (const http::ConnectionError& error) {
      broken = error;
    }
    session_.log(fmt::format("{} {} {} {} ms", method, url_.shown(),
                             broken ? "failed" : std::to_string(status), session_.clock().elapsed() - start));
    if (!broken && status == http::status::ok) return response;
    const auto pause =
        pause_before_retry(failed_attempt(broken, status, retry_after), true, attempts, random_chance());
    if (pause) {
      let_pass(*pause, session_.clock(), [this] { session_.check_interrupt(); });
      continue;
    }
    if (broken) throw_broken(*broken, false);
    throw ApiError(ErrorKind::unavailable,
                   fmt::format("{} refused the transfer: HTTP status {}", url_.authority(), status),
                   "run the command again", status, 0, {});
  }
}

std::string PresignedUrl::upload(const std::function<std::unique_ptr<ByteSource>()>& bytes) {
  const auto response = send("PUT", bytes);  // whose body has been read
  std::string tag(http::find_header(response->headers(), "etag").value_or(""));
  std::erase(tag, '"');
  return tag;
}

std::unique_ptr<http::Response> PresignedUrl::download() {
  return send("GET", {});
}

}  // namespace corral::cloudflare

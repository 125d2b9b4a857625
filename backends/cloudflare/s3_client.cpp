#include "backends/cloudflare/s3_client.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/cloudflare/retry.hpp"
#include "backends/cloudflare/s3_error.hpp"
#include "backends/s3/signature.hpp"

namespace corral::cloudflare {

namespace {

/// Of lists of 1,000 uploads or parts, which are the longest.
constexpr std::uint64_t max_xml_bytes = std::uint64_t{16} << 20U;

bool is_repeatable(const S3Call& call) {
  return call.repeatable || http::is_safe(call.method);
}

}  // namespace

/// What came of sending a call once.
struct S3Client::Attempt {
  std::optional<http::ConnectionError> broken;
  std::unique_ptr<http::Response> response;
  std::string body;  ///< of an answer that is not good, and of one that was to be read
  std::optional<UnixMillis> retry_after;

  [[nodiscard]] int status() const { return response ? response->status() : 0; }
  [[nodiscard]] bool is_good() const { return !broken && http::is_success(status()); }
};

std::string s3_endpoint(const Variables& variables, const std::string& account,
                        const std::optional<std::string>& jurisdiction) {
  if (auto given = variables.text("AWS_ENDPOINT_URL_S3")) {
    http::Url url;
    try {
      url = http::parse_url(*given);
    } catch (const Error& error) {
      throw Error(ErrorKind::usage, fmt::format("AWS_ENDPOINT_URL_S3: {}", error.message()));
    }
    if (!url.secure && !http::is_this_machine(url.host)) {
      throw Error(ErrorKind::usage,
                  fmt::format("AWS_ENDPOINT_URL_S3 is {}, which is not encrypted", shown(url.shown())),
                  "use https://; http:// is for a server on this machine");
    }
    while (given->ends_with('/')) given->pop_back();
    return *std::move(given);
  }
  const auto fits_in_host = [](const std::string& name) {
    return name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
           std::string::npos;
  };
  const bool has_jurisdiction = jurisdiction && *jurisdiction != "default";
  if (!fits_in_host(account) || (has_jurisdiction && !fits_in_host(*jurisdiction))) {
    throw Error(ErrorKind::usage,
                fmt::format("there is no R2 endpoint of account {}{}", shown(account),
                            has_jurisdiction ? " in " + shown(*jurisdiction) : ""),
                "check CLOUDFLARE_ACCOUNT_ID and --jurisdiction");
  }
  return fmt::format("https://{}{}.r2.cloudflarestorage.com", account,
                     has_jurisdiction ? "." + *jurisdiction : "");
}

const S3Client::Target& S3Client::target() {
  const std::scoped_lock lock(mutex_);
  if (!target_) {
    target_ = Target{.keys = find_s3_keys(*session_),
                     .endpoint = s3_endpoint(session_->variables(), session_->account().id, jurisdiction_)};
  }
  return *target_;
}

http::Request S3Client::signed_request(const S3Call& call) {
  const Target& to = target();
  const std::string path = "/" + bucket_ + (call.key.empty() ? "" : "/" + call.key);
  const std::string query = http::encode_parameters(call.query);
  http::Request request{
      .method = call.method,
      .url = http::parse_url(to.endpoint + s3::uri_encode(path, true) + (query.empty() ? "" : "?" + query)),
      .headers = call.headers};
  const s3::SigningScope scope{.moment = session_->clock().now(), .region = "auto"};
  const std::string hash =
      call.stream != nullptr ? std::string(s3::unsigned_payload) : hex(sha256(call.body));
  request.headers.push_back({"x-amz-content-sha256", hash});
  request.headers.push_back({"x-amz-date", scope.time()});
  if (!to.keys.session_token.empty())
    request.headers.push_back({"x-amz-security-token", to.keys.session_token.reveal()});
  // An endpoint may have a path of its own, which the server sees and signs too.
  const std::string sent_path =
      http::percent_decode(request.url.target.substr(0, request.url.target.find('?')));
  s3::SignedRequest covered{call.method, sent_path, call.query, request.headers, hash};
  covered.headers.push_back({"Host", request.url.authority()});
  request.headers.push_back(
      {"Authorization", s3::authorization(to.keys.id, to.keys.secret.reveal(), covered, scope)});
  return request;
}

std::string S3Client::presigned_url(const S3Call& call, std::int64_t seconds) {
  const Target& to = target();
  s3::Presigning how{.endpoint = to.endpoint,
                     .key_id = to.keys.id,
                     .secret = to.keys.secret.reveal(),
                     .session_token = to.keys.session_token.reveal(),
                     .scope = {.moment = session_->clock().now(), .region = "auto"},
                     .seconds = seconds};
  return s3::presigned_url(how, call.method, "/" + bucket_ + "/" + call.key, call.query);
}

S3Client::Attempt S3Client::attempt(const S3Call& call) {
  Attempt attempt;
  http::Request request = signed_request(call);
  MemorySource body(call.body);
  if (call.stream != nullptr) {
    if (!call.stream->rewind()) throw Error(ErrorKind::io, "the body cannot be read from its start");
    request.body = call.stream;
  } else if (!call.body.empty()) {
    request.body = &body;
  }
  try {
    attempt.response = session_->http().send(request);
    if (const auto after = http::find_header(attempt.response->headers(), "retry-after"))
      attempt.retry_after = parse_retry_after(*after, session_->clock().now());
  } catch (const http::ConnectionError& error) {
    attempt.broken = error;
  }
  return attempt;
}

std::string S3Client::shown_path(const S3Call& call) const {
  std::string path = shown(bucket_ + (call.key.empty() ? "" : "/" + call.key));
  const auto part = std::find_if(call.query.begin(), call.query.end(),
                                 [](const auto& one) { return one.first == "partNumber"; });
  if (part != call.query.end()) path += fmt::format(" part {}", part->second);
  return path;
}

void S3Client::log_attempt(const S3Call& call, const Attempt& attempt, UnixMillis start) const {
  const std::string line = fmt::format("{} s3 {}", call.method, shown_path(call));
  const UnixMillis time = session_->clock().elapsed() - start;
  if (attempt.broken) {
    session_->log(fmt::format("{} failed after {} ms: {}", line, time, attempt.broken->message()));
    return;
  }
  const std::optional<std::uint64_t> rest = attempt.response->body().remaining();
  const std::optional<std::uint64_t> bytes = attempt.body.empty() ? rest : attempt.body.size();
  const std::string ray = http::header_text(attempt.response->headers(), "cf-ray");
  session_->log(fmt::format("{} {} {} bytes {} ms cf-ray {}", line, attempt.status(),
                            bytes ? std::to_string(*bytes) : "?", time, ray.empty() ? "-" : shown(ray)));
}

void S3Client::fail(const S3Call& call, const Attempt& attempt) const {
  if (attempt.broken) throw_broken(*attempt.broken, !is_repeatable(call));
  const http::Response& response = *attempt.response;
  throw s3_error({.method = call.method,
                  .path = shown_path(call),
                  .status = response.status(),
                  .body = attempt.body,
                  .ray = http::header_text(response.headers(), "cf-ray"),
                  .location = http::header_text(response.headers(), "location"),
                  .retry_after = attempt.retry_after,
                  .may_be_done = !is_repeatable(call) && http::is_server_error(response.status())},
                 target_ ? target_->keys.source : std::string());
}

/// `body`: gets that of a good answer; nullptr: it stays to be read.
std::unique_ptr<http::Response> S3Client::send(const S3Call& call, std::string* body) {
  for (int attempts = 1;; ++attempts) {
    const UnixMillis start = session_->clock().elapsed();
    Attempt last = attempt(call);
    if (last.response && (body != nullptr || !last.is_good())) {
      try {
        last.body = read_all(last.response->body(), max_xml_bytes, "the answer of R2's S3 endpoint");
      } catch (const http::ConnectionError& error) {
        last.broken = error;
      }
    }
    log_attempt(call, last, start);
    if (last.is_good()) {
      if (body != nullptr) *body = std::move(last.body);
      return std::move(last.response);
    }
    const auto pause = pause_before_retry(failed_attempt(last.broken, last.status(), last.retry_after),
                                          is_repeatable(call), attempts, random_chance());
    if (!pause) fail(call, last);
    let_pass(*pause, session_->clock(), [this] { session_->check_interrupt(); });
  }
}

S3Answer S3Client::call(const S3Call& call) {
  S3Answer answer;
  answer.headers = send(call, &answer.body)->headers();
  return answer;
}

std::unique_ptr<http::Response> S3Client::fetch(const S3Call& call) {
  return send(call, nullptr);
}

}  // namespace corral::cloudflare

#include "backends/cloudflare/retry.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <string>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/http/client.hpp"

namespace corral::cloudflare {

namespace {

constexpr UnixMillis first_pause = 500;
constexpr std::array<int, 4> passing_statuses = {500, 502, 503, 504};

bool may_repeat(const FailedAttempt& failed, bool repeatable) {
  if (failed.failure) {
    if (*failed.failure == http::Failure::untrusted) return false;
    return repeatable || *failed.failure == http::Failure::not_sent;
  }
  if (failed.status == http::status::too_many_requests) return true;
  return repeatable &&
         std::find(passing_statuses.begin(), passing_statuses.end(), failed.status) != passing_statuses.end();
}

}  // namespace

FailedAttempt failed_attempt(const std::optional<http::ConnectionError>& broken, int status,
                             std::optional<UnixMillis> retry_after) {
  if (broken) return {.failure = broken->failure()};
  return {.status = status, .retry_after = retry_after};
}

void throw_broken(const http::ConnectionError& broken, bool changes) {
  if (!changes || !broken.may_have_arrived()) throw http::ConnectionError(broken);
  throw http::ConnectionError(broken.failure(), broken.message(), may_be_done_hint);
}

double random_chance() {
  std::array<unsigned char, 1> byte{};
  fill_random(byte);
  constexpr double largest = 255;
  return byte[0] / largest;
}

std::optional<UnixMillis> pause_before_retry(const FailedAttempt& failed, bool repeatable, int attempts,
                                             double chance) {
  if (attempts >= max_attempts || !may_repeat(failed, repeatable)) return std::nullopt;
  if (failed.retry_after) {
    if (*failed.retry_after > longest_retry_after) return std::nullopt;
    return failed.retry_after;
  }
  const auto pause = static_cast<double>(first_pause << static_cast<unsigned>(attempts - 1));
  return static_cast<UnixMillis>(pause / 2 + pause / 2 * std::clamp(chance, 0.0, 1.0));
}

void let_pass(UnixMillis time, const Clock& clock, const std::function<void()>& check_interrupt) {
  constexpr UnixMillis longest_sleep = 60'000;
  const UnixMillis end = clock.elapsed() + time;
  for (UnixMillis now = clock.elapsed(); now < end; now = clock.elapsed()) {
    clock.sleep(std::min(end - now, longest_sleep));
    if (check_interrupt) check_interrupt();
  }
}

std::optional<UnixMillis> parse_retry_after(std::string_view value, UnixMillis now) {
  UnixMillis seconds = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (read.ec == std::errc() && read.ptr == value.data() + value.size()) {
    constexpr UnixMillis longest = 1'000'000'000;
    return std::clamp<UnixMillis>(seconds, 0, longest) * one_second;
  }
  std::tm date{};
  const char* const end = ::strptime(std::string(value).c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  if (end == nullptr) return std::nullopt;
  return std::max<UnixMillis>(::timegm(&date) * one_second - now, 0);
}

}  // namespace corral::cloudflare

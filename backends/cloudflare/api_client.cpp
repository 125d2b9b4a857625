#include "backends/cloudflare/api_client.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/cloudflare/retry.hpp"
#include "backends/http/client.hpp"

namespace corral::cloudflare {

namespace {

bool is_repeatable(const Call& call) {
  return call.repeatable || http::is_safe(call.method);
}

}  // namespace

/// What came of sending a call once.
struct ApiClient::Attempt {
  std::optional<http::ConnectionError> broken;
  int status = 0;
  std::string body;
  std::string ray;
  std::string location;
  std::optional<UnixMillis> retry_after;
  std::unique_ptr<http::Response> good;  ///< the answer whose body has not been read

  [[nodiscard]] bool has_good_status() const { return !broken && http::is_success(status); }
};

ApiClient::Attempt ApiClient::attempt(const Call& call, bool keeps_good_body) {
  Attempt attempt;
  const std::string query = http::encode_parameters(call.query);
  http::Request request{.method = call.method,
                        .url = http::parse_url(setup_.base + call.path + (query.empty() ? "" : "?" + query)),
                        .headers = setup_.headers};
  request.headers.insert(request.headers.end(), call.headers.begin(), call.headers.end());
  MemorySource body(call.body);
  if (call.stream != nullptr) {
    if (!call.stream->rewind()) throw Error(ErrorKind::io, "the body cannot be read from its start");
    request.body = call.stream;
  } else if (!call.body.empty()) {
    request.body = &body;
    if (!call.content_type.empty()) request.headers.push_back({"Content-Type", call.content_type});
  }
  try {
    auto response = setup_.http.send(request);
    attempt.status = response->status();
    attempt.ray = http::header_text(response->headers(), "cf-ray");
    attempt.location = http::header_text(response->headers(), "location");
    if (const auto after = http::find_header(response->headers(), "retry-after"))
      attempt.retry_after = parse_retry_after(*after, setup_.clock.now());
    if (keeps_good_body && attempt.has_good_status()) {
      attempt.good = std::move(response);
      return attempt;
    }
    attempt.body = read_all(response->body(), call.max_answer_bytes, "the answer of Cloudflare's API");
  } catch (const http::ConnectionError& error) {
    attempt.broken = error;
  }
  return attempt;
}

void ApiClient::log_attempt(const Call& call, const Attempt& attempt, UnixMillis start) const {
  if (!setup_.log) return;
  const std::string line = fmt::format("{} {}", call.method, shown(call.path));
  const UnixMillis time = setup_.clock.elapsed() - start;
  if (attempt.broken) {
    setup_.log(fmt::format("{} failed after {} ms: {}", line, time, attempt.broken->message()));
  } else {
    const std::optional<std::uint64_t> bytes =
        attempt.good ? attempt.good->body().remaining() : attempt.body.size();
    setup_.log(fmt::format("{} {} {} bytes {} ms cf-ray {}", line, attempt.status,
                           bytes ? std::to_string(*bytes) : "?", time,
                           attempt.ray.empty() ? "-" : shown(attempt.ray)));
  }
}

void ApiClient::wait(UnixMillis time) const {
  let_pass(time, setup_.clock, setup_.check_interrupt);
}

void ApiClient::say_that_it_waits(UnixMillis time) {
  constexpr UnixMillis noticeable = 3 * one_second;
  if (time < noticeable || !setup_.note || said_that_it_waits_.exchange(true)) return;
  setup_.note(fmt::format(
      "Cloudflare's API takes {} requests in five minutes: the next ones wait, at first for {} seconds",
      budget_requests, (time + one_second - 1) / one_second));
}

void ApiClient::fail(const Call& call, Attempt attempt) {
  const bool changes = !http::is_safe(call.method);
  if (attempt.broken) throw_broken(*attempt.broken, changes);
  throw api_error({call.method, call.path, attempt.status, std::move(attempt.body), std::move(attempt.ray),
                   std::move(attempt.location), attempt.retry_after,
                   changes && http::is_server_error(attempt.status)});
}

template <typename Result>
Result ApiClient::send(const Call& call, bool keeps_good_body,
                       const std::function<std::optional<Result>(Attempt&)>& result_of) {
  for (int attempts = 1;; ++attempts) {
    while (const UnixMillis pause = budget_.take(setup_.clock.elapsed())) {
      say_that_it_waits(pause);
      wait(pause);
    }
    const UnixMillis start = setup_.clock.elapsed();
    Attempt last = attempt(call, keeps_good_body);
    log_attempt(call, last, start);
    if (auto result = result_of(last)) return std::move(*result);
    const auto pause =
        pause_before_retry(failed_attempt(last.broken, last.status, last.retry_after), is_repeatable(call),
                           attempts, setup_.chance ? setup_.chance() : random_chance());
    if (!pause) fail(call, std::move(last));
    wait(*pause);
  }
}

Answer ApiClient::call(const Call& call) {
  return send<Answer>(call, false, [](Attempt& attempt) -> std::optional<Answer> {
    if (attempt.broken) return std::nullopt;
    const bool may_be_empty =
        attempt.status == http::status::no_content || attempt.status == http::status::reset_content;
    if (attempt.body.empty() && may_be_empty) return Answer{};
    nlohmann::ordered_json envelope = read_json(attempt.body);
    if (!attempt.has_good_status() || !envelope.is_object() || envelope["success"] != true)
      return std::nullopt;
    return Answer{std::move(envelope["result"]), std::move(envelope["result_info"])};
  });
}

std::string ApiClient::fetch_whole(const Call& call) {
  return send<std::string>(call, false, [](Attempt& attempt) -> std::optional<std::string> {
    if (!attempt.has_good_status()) return std::nullopt;
    return std::move(attempt.body);
  });
}

std::unique_ptr<http::Response> ApiClient::fetch(const Call& call) {
  using Response = std::unique_ptr<http::Response>;
  return send<Response>(call, true, [](Attempt& attempt) -> std::optional<Response> {
    if (!attempt.good) return std::nullopt;
    return std::move(attempt.good);
  });
}

std::vector<nlohmann::ordered_json> ApiClient::all_pages(const std::string& path) {
  std::vector<nlohmann::ordered_json> all;
  for (std::int64_t page = 1;; ++page) {
    Answer answer = call({.path = path, .query = {{"page", std::to_string(page)}}});
    if (!answer.result.is_array() || answer.result.empty()) return all;
    for (nlohmann::ordered_json& item : answer.result) all.push_back(std::move(item));
    const auto number = [&](const char* name) -> std::int64_t {
      const auto found = answer.result_info.find(name);
      return found != answer.result_info.end() && found->is_number() ? found->get<std::int64_t>() : 0;
    };
    if (!answer.result_info.is_object() || number("per_page") <= 0) return all;
    if (page * number("per_page") >= number("total_count")) return all;
  }
}

std::string api_base(const Variables& variables) {
  if (const auto base = variables.find("CLOUDFLARE_API_BASE_URL")) return base->text;
  const std::string region = variables.text("CLOUDFLARE_COMPLIANCE_REGION").value_or("public");
  if (region != "public" && region != "fedramp_high") {
    throw Error(ErrorKind::invalid_input,
                fmt::format("CLOUDFLARE_COMPLIANCE_REGION is \"{}\"; there are public and fedramp_high",
                            shown(region)));
  }
  return fmt::format("https://api{}{}.cloudflare.com/client/v4", region == "public" ? "" : ".fed",
                     variables.text("WRANGLER_API_ENVIRONMENT") == "staging" ? ".staging" : "");
}

std::vector<http::Header> extra_headers(const Variables& variables) {
  constexpr std::array<std::string_view, 9> own = {
      "host",       "content-type", "content-length", "content-encoding", "transfer-encoding",
      "connection", "te",           "trailer",        "upgrade"};
  const auto text = variables.text("CLOUDFLARE_API_HEADERS");
  if (!text) return {};
  const nlohmann::ordered_json json = read_json(*text);
  std::vector<http::Header> headers;
  bool valid = json.is_object();
  for (auto header = json.begin(); valid && header != json.end(); ++header) {
    valid = header->is_string() && !header.key().empty() &&
            std::find(own.begin(), own.end(), ascii_lower(header.key())) == own.end();
    if (valid) headers.push_back({header.key(), header->get<std::string>()});
  }
  if (valid) return headers;
  throw Error(ErrorKind::invalid_input, "CLOUDFLARE_API_HEADERS does not hold headers to add",
              R"(write a JSON object of strings, such as {"X-Name": "value"}, without headers like Host and )"
              "Content-Type, which corral writes itself");
}

}  // namespace corral::cloudflare

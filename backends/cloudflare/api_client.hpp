#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "backends/bytes/unix_time.hpp"
#include "backends/clock.hpp"
#include "backends/cloudflare/api_error.hpp"
#include "backends/cloudflare/request_budget.hpp"
#include "backends/cloudflare/variables.hpp"
#include "backends/http/client.hpp"

namespace corral::cloudflare {

/// What an API client stands on; all of it must outlive the client.
struct ApiSetup {
  http::Client& http;
  const Clock& clock;
  std::string base;                   ///< "https://api.cloudflare.com/client/v4", before each path
  std::vector<http::Header> headers;  ///< of every request: who asks, and CLOUDFLARE_API_HEADERS
  Remark log = {};                    ///< gets a line a request, for CORRAL_DEBUG=http; may be empty
  Remark note = {};                   ///< gets a sentence when requests have to wait for long; may be empty
  std::function<void()> check_interrupt = {};
  std::function<double()> chance = {};  ///< 0 to 1, for the pauses; empty: the kernel's random generator
};

/// One call.
struct Call {
  std::string method = "GET";
  std::string path;  ///< below the base, its segments encoded (http::path_segment)
  http::Parameters query = {};
  std::string body = {};  ///< empty if absent
  /// The body instead, read while it is sent and rewound for each attempt: it must be able to. nullptr if
  /// absent.
  ByteSource* stream = nullptr;
  std::string content_type = "application/json";               ///< of `body`; empty: not said
  std::vector<http::Header> headers = {};                      ///< besides those of every request
  bool repeatable = false;                                     ///< idempotent; GET and HEAD always are
  std::uint64_t max_answer_bytes = std::uint64_t{256} << 20U;  ///< of an answer that is kept in memory
};

/// What a call was answered with.
struct Answer {
  nlohmann::ordered_json result;  ///< null if there is none
  nlohmann::ordered_json
      result_info;  ///< of lists: page, per_page, total_count, cursor; null if there is none
};

/// Calls of Cloudflare's REST API with its envelope: {"success", "errors", "messages", "result",
/// "result_info"}, of which `success` decides. Sends again what can be sent again (retry.hpp) and keeps
/// within the API's rate (request_budget.hpp). Any number of threads.
class ApiClient {
 public:
  explicit ApiClient(ApiSetup setup) : setup_(std::move(setup)) {}

  /// Throws ApiError for a refusal, http::ConnectionError when there is no answer. When it fails and a change
  /// may have been made nevertheless, the hint says so.
  Answer call(const Call& call);

  /// The same for an answer without the envelope. Throws `limit` beyond `max_answer_bytes`. A successful
  /// answer that is cut off is one failed attempt.
  std::string fetch_whole(const Call& call);

  /// The same for an answer that is read in constant memory: returns as soon as its head has arrived. Reading
  /// the body throws http::ConnectionError when it is cut off.
  std::unique_ptr<http::Response> fetch(const Call& call);

  /// The results of a list of pages, from page=1 on while page * per_page < total_count.
  std::vector<nlohmann::ordered_json> all_pages(const std::string& path);

 private:
  struct Attempt;
  Attempt attempt(const Call& call, bool keeps_good_body);
  template <typename Result>
  Result send(const Call& call, bool keeps_good_body,
              const std::function<std::optional<Result>(Attempt&)>& result_of);
  [[noreturn]] static void fail(const Call& call, Attempt attempt);
  void log_attempt(const Call& call, const Attempt& attempt, UnixMillis start) const;
  void wait(UnixMillis time) const;
  void say_that_it_waits(UnixMillis time);

  ApiSetup setup_;
  RequestBudget budget_;
  std::atomic<bool> said_that_it_waits_ = false;
};

/// CLOUDFLARE_API_BASE_URL (or CF_API_BASE_URL) as it is, else Cloudflare's own: "https://api" + ".fed" if
/// CLOUDFLARE_COMPLIANCE_REGION is fedramp_high + ".staging" if WRANGLER_API_ENVIRONMENT is staging +
/// ".cloudflare.com/client/v4". Throws invalid_input for an unknown region.
std::string api_base(const Variables& variables);

/// The headers that CLOUDFLARE_API_HEADERS, a JSON object of strings, adds to every request. Throws
/// invalid_input, without its contents, if it is not that or names a header that the client writes itself.
std::vector<http::Header> extra_headers(const Variables& variables);

}  // namespace corral::cloudflare

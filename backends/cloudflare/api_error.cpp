#include "backends/cloudflare/api_error.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/cloudflare/api_codes.hpp"
#include "backends/cloudflare/retry.hpp"
#include "backends/http/client.hpp"

namespace corral::cloudflare {

namespace {

enum Status {
  unauthorized = 401,
  forbidden = 403,
  missing = 404,
  conflicting = 409,
  too_large = 413,
  too_many = 429,
  first_redirect = 300,
  first_client_error = 400,
};

constexpr const char* tokens_page = "https://dash.cloudflare.com/profile/api-tokens";

ErrorKind kind_of(int status, int code) {
  if (code == code::invalid_credential || code == code::authentication_failed) return ErrorKind::denied;
  switch (status) {
    case unauthorized:
    case forbidden: return ErrorKind::denied;
    case missing: return ErrorKind::not_found;
    case conflicting: return ErrorKind::conflict;
    case too_large: return ErrorKind::limit;
    case too_many: return ErrorKind::busy;
    default: break;
  }
  return status >= first_client_error && !http::is_server_error(status) ? ErrorKind::invalid_input
                                                                        : ErrorKind::unavailable;
}

/// "no such table (code 7500); ...", and the first code.
std::pair<std::string, int> errors_of(const nlohmann::ordered_json& envelope) {
  std::string text;
  int first_code = 0;
  if (!envelope.is_object() || !envelope.contains("errors") || !envelope["errors"].is_array()) return {};
  for (const nlohmann::ordered_json& error : envelope["errors"]) {
    if (!error.is_object()) continue;
    const auto message = error.find("message");
    const auto code = error.find("code");
    const bool has_code = code != error.end() && code->is_number_integer();
    if (!text.empty()) text += "; ";
    text += message != error.end() && message->is_string() ? shown(message->get<std::string>())
                                                           : std::string("no message");
    if (has_code) text += fmt::format(" (code {})", code->get<int>());
    if (has_code && first_code == 0) first_code = code->get<int>();
  }
  return {text, first_code};
}

std::string hint_of(const RefusedCall& call, ErrorKind kind) {
  if (kind == ErrorKind::denied) {
    const std::string permission = needed_permission(call.method, call.path);
    if (permission.empty())
      return fmt::format("check the credential with 'corral whoami'; tokens are created at {}", tokens_page);
    return fmt::format(
        "is the credential still valid ('corral whoami'), and does it have the permission \"{}\" for this "
        "account? Tokens are created and changed at {}",
        permission, tokens_page);
  }
  if (call.retry_after)
    return fmt::format("try again in {} seconds", (*call.retry_after + one_second - 1) / one_second);
  if (kind == ErrorKind::busy) return "Cloudflare limits requests to 1,200 in five minutes; try again later";
  if (call.may_be_done) return may_be_done_hint;
  if (kind == ErrorKind::unavailable)
    return "try again later; https://www.cloudflarestatus.com shows outages";
  if (kind == ErrorKind::not_found) return "check the name or id, and with 'corral whoami' the account";
  if (kind == ErrorKind::conflict) return "look at what is there now, then try again";
  if (kind == ErrorKind::limit) return "send less at once";
  return "requests and their limits are described at https://developers.cloudflare.com/api";
}

}  // namespace

std::string strange_answer(const RefusedCall& call) {
  constexpr std::size_t shown_characters = 100;
  if (call.status >= first_redirect && call.status < first_client_error) {
    return fmt::format(
        "a redirect to {}, which corral does not follow",
        call.location.empty() ? "nowhere" : shown(call.location.substr(0, call.location.find('?'))));
  }
  if (call.body.empty()) return "an empty answer";
  const std::string_view start = first_characters(call.body, shown_characters);
  return fmt::format("an answer that is not the API's: {}{}", shown(start),
                     start.size() < call.body.size() ? "…" : "");
}

std::string needed_permission(std::string_view method, std::string_view path) {
  struct Area {
    std::string_view part;
    std::string_view permission;
    bool only_read = false;
  };
  static constexpr std::array<Area, 12> areas = {{{"/storage/kv/", "Workers KV Storage"},
                                                  {"/d1/", "D1"},
                                                  {"/event_notifications/r2/", "Workers R2 Storage"},
                                                  {"/r2/", "Workers R2 Storage"},
                                                  {"/queues", "Queues"},
                                                  {"/event_subscriptions/", "Queues"},
                                                  {"/workers/", "Workers Scripts"},
                                                  {"/graphql", "Account Analytics", true},
                                                  {"/memberships", "Memberships", true},
                                                  {"/user", "User Details", true},
                                                  {"/tokens", "API Tokens", true},
                                                  {"/accounts", "Account Settings", true}}};
  for (const Area& area : areas) {
    if (path.find(area.part) == std::string_view::npos) continue;
    const bool reads = area.only_read || method == "GET" || method == "HEAD";
    return fmt::format("{}: {}", area.permission, reads ? "Read" : "Edit");
  }
  return {};
}

ApiError api_error(const RefusedCall& call) {
  auto [errors, code] = errors_of(read_json(call.body));
  const ErrorKind kind = kind_of(call.status, code);
  std::string message = fmt::format(
      "Cloudflare's API refused {} {}: {}", call.method, shown(call.path),
      errors.empty() ? fmt::format("HTTP status {}, {}", call.status, strange_answer(call)) : errors);
  if (errors.empty() && !call.ray.empty()) message += fmt::format(" (cf-ray {})", shown(call.ray));
  return {kind, std::move(message), hint_of(call, kind), call.status, code, std::move(errors)};
}

}  // namespace corral::cloudflare

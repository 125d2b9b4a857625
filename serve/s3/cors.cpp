#include "serve/s3/cors.hpp"

#include <algorithm>

#include "backends/bytes/text.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

namespace {

/// A pattern may have one '*', which stands for any characters.
bool fits(std::string_view pattern, std::string_view text) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  const std::string_view begin = pattern.substr(0, star);
  const std::string_view end = pattern.substr(star + 1);
  return text.size() >= begin.size() + end.size() && text.starts_with(begin) && text.ends_with(end);
}

std::vector<std::string> texts(const Json& object, std::string_view name) {
  return object.value(name, std::vector<std::string>());
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) {
    if (!all.empty()) all += ", ";
    all += text;
  }
  return all;
}

std::vector<std::string> requested_headers(const Request& request) {
  std::vector<std::string> names;
  const std::string list = ascii_lower(request.header("access-control-request-headers").value_or(""));
  std::string_view rest = list;
  while (!rest.empty()) {
    std::string_view name = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (!name.empty()) names.emplace_back(name);
  }
  return names;
}

bool allows(const Json& rule, std::string_view origin, std::string_view method,
            const std::vector<std::string>& headers) {
  const Json allowed = rule.value("allowed", Json::object());
  const auto any_fits = [](const std::vector<std::string>& patterns, std::string_view text) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string& pattern) { return fits(ascii_lower(pattern), text); });
  };
  const std::vector<std::string> methods = texts(allowed, "methods");
  return any_fits(texts(allowed, "origins"), ascii_lower(origin)) &&
         std::find(methods.begin(), methods.end(), method) != methods.end() &&
         std::all_of(headers.begin(), headers.end(),
                     [&](const std::string& name) { return any_fits(texts(allowed, "headers"), name); });
}

/// The first rule that allows it, which alone counts.
const Json* rule_for(const Json& settings, std::string_view origin, std::string_view method,
                     const std::vector<std::string>& headers) {
  const auto* const cors = settings.find("cors");
  if (cors == settings.end() || !cors->contains("rules")) return nullptr;
  for (const Json& rule : cors->at("rules")) {
    if (allows(rule, origin, method, headers)) return &rule;
  }
  return nullptr;
}

void add_shared(const Json& rule, std::string_view origin, Response& response) {
  const std::vector<std::string> origins = texts(rule.at("allowed"), "origins");
  const bool is_any = std::find(origins.begin(), origins.end(), "*") != origins.end();
  response.add("Access-Control-Allow-Origin", is_any ? "*" : std::string(origin));
  response.add("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
  const std::string methods = joined(texts(rule.at("allowed"), "methods"));
  response.add("Access-Control-Allow-Methods", methods);
  if (const std::string exposed = joined(texts(rule, "exposeHeaders")); !exposed.empty())
    response.add("Access-Control-Expose-Headers", exposed);
  if (const auto* const age = rule.find("maxAgeSeconds"); age != rule.end() && age->is_whole())
    response.add("Access-Control-Max-Age", std::to_string(age->get<std::int64_t>()));
}

}  // namespace

void add_cors_headers(const Request& request, const Json& settings, Response& response) {
  const auto origin = request.header("origin");
  if (!origin) return;
  const std::string_view method = request.header("access-control-request-method").value_or(request.method);
  if (const Json* const rule = rule_for(settings, *origin, method, {})) add_shared(*rule, *origin, response);
}

Response preflight(const Request& request, const Json& settings) {
  const auto origin = request.header("origin");
  const auto method = request.header("access-control-request-method");
  if (!origin) throw S3Error(400, "BadRequest", "Insufficient information. Origin request header needed.");
  if (!method) throw S3Error(400, "BadRequest", "Invalid Access-Control-Request-Method: null");
  const std::vector<std::string> headers = requested_headers(request);
  const Json* const rule = rule_for(settings, *origin, *method, headers);
  if (rule == nullptr) {
    throw S3Error(403, "AccessForbidden",
                  "No CORS rule of the bucket allows this origin, method and these headers.");
  }
  Response response;
  add_shared(*rule, *origin, response);
  if (!headers.empty()) response.add("Access-Control-Allow-Headers", joined(headers));
  return response;
}

}  // namespace corral::serve::s3

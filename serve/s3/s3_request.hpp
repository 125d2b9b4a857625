#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "backends/error.hpp"
#include "backends/object_store.hpp"
#include "backends/s3/xml.hpp"
#include "serve/http/request.hpp"
#include "serve/http/response.hpp"
#include "serve/s3/address.hpp"
#include "serve/s3/authentication.hpp"
#include "serve/s3/request_body.hpp"

namespace corral::serve::s3 {

/// A request whose address and signature are known.
struct S3Request {
  Request& http;
  http::Parameters query;
  Address address;
  std::optional<Authentication> authentication;
  RequestBody& body;
  UnixMillis now = 0;

  [[nodiscard]] const std::string& bucket() const { return address.bucket; }
  [[nodiscard]] const std::string& key() const { return address.key; }

  /// The parameter of the query; nullptr if absent.
  [[nodiscard]] const std::string* parameter(std::string_view name) const {
    const auto found =
        std::find_if(query.begin(), query.end(), [&](const auto& one) { return one.first == name; });
    return found == query.end() ? nullptr : &found->second;
  }
  [[nodiscard]] bool has(std::string_view name) const { return parameter(name) != nullptr; }
  [[nodiscard]] std::string text(std::string_view name) const {
    const std::string* const value = parameter(name);
    return value == nullptr ? std::string() : *value;
  }

  /// A header, or what a presigned address has in its place: clients move x-amz-... headers to the query.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
};

/// A number of a query, such as max-keys; more than `most` counts as `most`. Throws S3Error (InvalidArgument)
/// for anything but a natural number.
std::size_t number_of(const S3Request& request, std::string_view name, std::size_t otherwise,
                      std::size_t most);

/// The same for a number that stands elsewhere: `text`, called `name`.
std::size_t number_in(std::string_view text, std::string_view name, std::size_t otherwise, std::size_t most);

/// A response whose body is a document.
Response xml_response(corral::s3::XmlWriter document);

/// Reads the XML of a request. Throws S3Error (MalformedXML) unless it is well-formed and its outermost
/// element is `root`.
corral::s3::XmlElement read_xml(S3Request& request, std::string_view root);

/// The characters besides letters and digits that names in lists keep with encoding-type=url.
inline constexpr std::string_view kept_in_lists = "-_.~/*";

/// "2026-11-29T10:00:00.000Z"
std::string xml_time(UnixMillis time);

/// The etag as it is in headers and XML, in quotes.
std::string quoted_etag(std::string_view etag);

}  // namespace corral::serve::s3

#include "serve/s3/s3_request.hpp"

#include <charconv>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/text/readable.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

namespace {

constexpr std::uint64_t largest_document = std::uint64_t{4} << 20U;

}  // namespace

std::optional<std::string> S3Request::header(std::string_view name) const {
  if (const auto value = http.header(name)) return std::string(*value);
  for (const auto& [parameter, value] : query) {
    if (name.starts_with("x-amz-") && ascii_lower(parameter) == name) return value;
  }
  return std::nullopt;
}

std::size_t number_of(const S3Request& request, std::string_view name, std::size_t otherwise,
                      std::size_t most) {
  return number_in(request.text(name), name, otherwise, most);
}

std::size_t number_in(std::string_view text, std::string_view name, std::size_t otherwise, std::size_t most) {
  if (text.empty()) return otherwise;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    throw invalid_argument(fmt::format("{} must be a natural number", name));
  return std::min<std::uint64_t>(number, most);
}

Response xml_response(corral::s3::XmlWriter document) {
  return text_response(200, "application/xml", std::move(document).document());
}

corral::s3::XmlElement read_xml(S3Request& request, std::string_view root) {
  const std::string text = read_document(request.body, largest_document);
  try {
    corral::s3::XmlElement document = corral::s3::parse_xml(text);
    if (document.name != root) throw malformed_xml();
    return document;
  } catch (const S3Error&) {
    throw;
  } catch (const Error&) {
    throw malformed_xml();
  }
}

std::string xml_time(UnixMillis time) {
  return iso_time(time);
}

std::string quoted_etag(std::string_view etag) {
  return fmt::format("\"{}\"", etag);
}

}  // namespace corral::serve::s3

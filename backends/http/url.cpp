#include "backends/http/url.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral::http {

namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;
constexpr int hexadecimal = 16;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_host_character(char c) {
  return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_';
}

/// What of an address may be shown: userinfo and query can be secrets.
std::string without_secrets(std::string_view text) {
  const std::string_view up_to_query = text.substr(0, text.find_first_of("?#"));
  const std::size_t scheme_end = up_to_query.find("://");
  const std::size_t authority = scheme_end == std::string_view::npos ? 0 : scheme_end + 3;
  const std::size_t path = std::min(up_to_query.find('/', authority), up_to_query.size());
  const std::size_t at = up_to_query.substr(0, path).rfind('@');
  if (at == std::string_view::npos || at < authority) return std::string(up_to_query);
  return std::string(up_to_query.substr(0, authority)) + std::string(up_to_query.substr(at + 1));
}

void read_authority(std::string_view authority, Url& url, const auto& refuse) {
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    url.userinfo = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  std::string_view rest;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) throw refuse("has a '[' without a ']'");
    url.host = ascii_lower(authority.substr(1, end - 1));
    const bool is_address = url.host.find(':') != std::string::npos &&
                            url.host.find_first_not_of("0123456789abcdef:.") == std::string::npos;
    if (!is_address) throw refuse("has something in brackets that is not an IPv6 address");
    rest = authority.substr(end + 1);
  } else {
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    url.host = ascii_lower(authority.substr(0, colon));
    rest = authority.substr(colon);
    if (url.host.empty()) throw refuse("names no host");
    if (!std::all_of(url.host.begin(), url.host.end(), is_host_character))
      throw refuse("has a host name with characters that a host name cannot have");
  }
  url.port = url.secure ? https_port : http_port;
  if (rest.empty()) return;
  const std::string_view digits = rest.substr(1);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
  const bool whole = read.ec == std::errc() && read.ptr == digits.data() + digits.size();
  if (rest.front() != ':' || !whole || url.port == 0) throw refuse("has an invalid port");
}

}  // namespace

std::string Url::authority() const {
  std::string name = host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
  if (port == (secure ? https_port : http_port)) return name;
  return fmt::format("{}:{}", name, port);
}

std::string Url::shown() const {
  return fmt::format("{}://{}{}", secure ? "https" : "http", authority(), target.substr(0, target.find('?')));
}

Url parse_url(std::string_view text) {
  const auto refuse = [&](std::string_view reason) -> Error {
    return {ErrorKind::invalid_input, fmt::format("\"{}\" {}", shown(without_secrets(text)), reason)};
  };
  Url url;
  std::string_view rest = text;
  const std::string scheme = ascii_lower(text.substr(0, text.find("://")));
  if (scheme != "http" && scheme != "https") throw refuse("is not an http:// or https:// address");
  url.secure = scheme == "https";
  rest.remove_prefix(scheme.size() + 3);
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; }))
    throw refuse("has characters that an address cannot have");
  rest = rest.substr(0, rest.find('#'));
  const std::size_t path = std::min(rest.find_first_of("/?"), rest.size());
  read_authority(rest.substr(0, path), url, refuse);
  if (path < rest.size()) url.target = (rest[path] == '?' ? "/" : "") + std::string(rest.substr(path));
  return url;
}

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost") || host == "::1" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::string percent_encode(std::string_view bytes, std::string_view kept) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : bytes) {
    if (is_letter_or_digit(c) || kept.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += digits[byte / hexadecimal];
      encoded += digits[byte % hexadecimal];
    }
  }
  return encoded;
}

std::string path_segment(std::string_view bytes) {
  if (bytes == ".") return "%2E";
  if (bytes == "..") return "%2E%2E";
  return percent_encode(bytes, "-_.!~*'()");
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const char* const first = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(first, first + 2, byte, hexadecimal).ptr == first + 2) {
      decoded += static_cast<char>(byte);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::string encode_parameters(const Parameters& parameters) {
  std::string encoded;
  for (const auto& [name, value] : parameters) {
    if (!encoded.empty()) encoded += '&';
    encoded += percent_encode(name, "-_.~");
    encoded += '=';
    encoded += percent_encode(value, "-_.~");
  }
  return encoded;
}

Parameters parse_parameters(std::string_view query) {
  Parameters parameters;
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(one.size() + 1, query.size()));
    if (one.empty()) continue;
    const std::size_t equals = std::min(one.find('='), one.size());
    parameters.emplace_back(percent_decode(one.substr(0, equals)),
                            percent_decode(one.substr(std::min(equals + 1, one.size()))));
  }
  return parameters;
}

}  // namespace corral::http

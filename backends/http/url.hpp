#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corral::http {

/// An absolute http:// or https:// address.
struct Url {
  bool secure = false;  ///< https
  std::string host;     ///< in lower case; an IPv6 address without its brackets
  std::uint16_t port = 0;
  std::string target = "/";             ///< path and query, as they are sent
  std::optional<std::string> userinfo;  ///< "user:password", still percent-encoded

  /// As the Host header has it: "example.com", "localhost:8787", "[::1]:8080".
  [[nodiscard]] std::string authority() const;

  /// For messages: scheme, authority and path. Never the query or the userinfo, which can be secrets.
  [[nodiscard]] std::string shown() const;
};

/// Reads an address; a fragment is dropped. Throws invalid_input, which quotes the text without its userinfo
/// and query and says what is wrong with it.
Url parse_url(std::string_view text);

/// Whether a host is this machine by its name or address: localhost, 127.0.0.0/8, ::1.
bool is_this_machine(std::string_view host);

/// One segment of a path, so that it means itself whatever bytes it has: everything but letters, digits and
/// -_.!~*'() becomes %XX (as encodeURIComponent does), and so do the dots of "." and "..", which a URL would
/// fold away.
std::string path_segment(std::string_view bytes);

/// Everything but letters, digits and the characters in `kept` becomes %XX.
std::string percent_encode(std::string_view bytes, std::string_view kept);

/// Reverses percent-encoding; a '%' that starts none stays as it is.
std::string percent_decode(std::string_view text);

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// "a=1&b=x%20y": for a query, or a form body (application/x-www-form-urlencoded).
std::string encode_parameters(const Parameters& parameters);

/// Reads a query, without its '?': names and values decoded, in their order. A name without '=' has an empty
/// value. '+' stands for itself, as in RFC 3986; a form's space is %20.
Parameters parse_parameters(std::string_view query);

}  // namespace corral::http

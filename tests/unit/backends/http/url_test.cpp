#include "backends/http/url.hpp"

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/failure.hpp"

using namespace corral;
using namespace corral::http;
using corral::testing::kind_of_failure;

TEST_CASE("addresses are taken apart") {
  const Url plain = parse_url("http://Example.COM");
  CHECK_FALSE(plain.secure);
  CHECK(plain.host == "example.com");
  CHECK(plain.port == 80);
  CHECK(plain.target == "/");
  const Url full = parse_url("https://u:p%40@[::1]:8443/a/b?x=1#part");
  CHECK(full.secure);
  CHECK(full.host == "::1");
  CHECK(full.port == 8443);
  CHECK(full.target == "/a/b?x=1");
  CHECK(full.userinfo == "u:p%40");
  CHECK(full.authority() == "[::1]:8443");
  CHECK(parse_url("https://h?q").target == "/?q");
  CHECK(parse_url("https://h:443/").authority() == "h");
  CHECK(parse_url("http://h:443/").authority() == "h:443");
}

TEST_CASE("what is no address is refused, and secrets in it are not repeated") {
  for (const char* text : {"", "h", "ftp://h/", "http://", "http:///x", "http://h:0/", "http://h:65536/",
                           "http://h:1x/", "http://h:/", "http://a b/", "http://h/\n", "http://h/\xc3\xbc",
                           "http://[::1/", "http://[x]/", "http://h\\x/", "http://u@/"}) {
    CAPTURE(text);
    CHECK(kind_of_failure([&] { parse_url(text); }) == ErrorKind::invalid_input);
  }
  try {
    parse_url("http://user:pass-word@host:no/path?key=hidden");
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.message().find("host:no/path") != std::string::npos);
    CHECK(error.message().find("pass-word") == std::string::npos);
    CHECK(error.message().find("hidden") == std::string::npos);
  }
  CHECK(parse_url("https://u:secret@h/p?token=secret").shown() == "https://h/p");
}

TEST_CASE("a segment of a path means itself") {
  CHECK(path_segment("plain-_.!~*'()") == "plain-_.!~*'()");
  CHECK(path_segment("a/b c?d#e%f\\g") == "a%2Fb%20c%3Fd%23e%25f%5Cg");
  CHECK(path_segment("\xc3\xbc\n") == "%C3%BC%0A");
  CHECK(path_segment(".") == "%2E");
  CHECK(path_segment("..") == "%2E%2E");
  CHECK(path_segment("...") == "...");
  CHECK(path_segment("").empty());
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  CHECK(percent_decode(path_segment(all)) == all);
}

TEST_CASE("percent-decoding leaves alone what is not encoded") {
  CHECK(percent_decode("100%") == "100%");
  CHECK(percent_decode("%zz%4") == "%zz%4");
  CHECK(percent_decode("%41%e4") == "A\xe4");
}

TEST_CASE("parameters of a query") {
  CHECK(encode_parameters({}).empty());
  CHECK(encode_parameters({{"a", "1"}, {"b c", "x&y=z+ü"}}) == "a=1&b%20c=x%26y%3Dz%2B%C3%BC");
}

#include "serve/rest/form_reader.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/failure.hpp"
#include "tests/pieces.hpp"

namespace corral::serve::rest {

using corral::testing::kind_of_failure;
using corral::testing::Pieces;

namespace {

using Parts = std::vector<std::pair<std::string, std::string>>;

Parts parts_of(std::string_view body, std::size_t piece = 1000) {
  Pieces source(body, piece);
  FormReader form(source, "b");
  Parts parts;
  while (form.next()) parts.emplace_back(form.name(), read_all(form.content(), 1'000'000, "a part"));
  return parts;
}

std::string part(const std::string& name, const std::string& content) {
  return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content + "\r\n";
}

}  // namespace

TEST_CASE("parts are read whatever the pieces in which they arrive") {
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += static_cast<char>(i);
  const Parts parts = {
      {"value", "--b\r\n-\r\n--\r\n--x\r"}, {"empty", ""}, {"line", "\r\n"}, {"bytes", bytes}};
  std::string body = "preamble\r\n";
  for (const auto& [name, content] : parts) body += part(name, content);
  // A delimiter within content would end it.
  body.replace(body.find("--b\r\n-\r\n"), 5, "--c\r\n");
  Parts expected = parts;
  expected[0].second.replace(0, 5, "--c\r\n");
  body += "--b--\r\nepilogue";
  for (std::size_t piece = 1; piece < 40; ++piece) {
    CAPTURE(piece);
    CHECK(parts_of(body, piece) == expected);
  }
}

TEST_CASE("a part that is not read is passed over") {
  const std::string body = part("a", std::string(200'000, 'x')) + part("b", "2") + "--b--";
  MemorySource source(body);
  FormReader form(source, "b");
  REQUIRE(form.next());
  REQUIRE(form.next());
  CHECK(form.name() == "b");
  CHECK(read_all(form.content(), 10, "b") == "2");
  CHECK_FALSE(form.next());
}

TEST_CASE("names are quoted, escaped, or neither") {
  const auto name = [](const std::string& header) {
    return parts_of("--b\r\n" + header + "\r\n\r\nx\r\n--b--").at(0).first;
  };
  CHECK(name("content-disposition:form-data;name=value;filename=blob") == "value");
  CHECK(name("CONTENT-DISPOSITION: form-data; filename=\"name=x\"; name=\"v\"") == "v");
  CHECK(name("Content-Disposition: form-data; name=\"a\\\"b\"") == "a\"b");
  CHECK(name("X: y\r\nContent-Disposition: form-data; name=\"\"\r\nContent-Type: text/plain") == "");
}

TEST_CASE("what is no form is refused") {
  const std::string start = "--b\r\nContent-Disposition: form-data; name=\"v\"\r\n";
  for (const std::string& body :
       {std::string(), std::string("--b"), std::string("--b\r\n"), std::string("--bx\r\n"), start,
        start + "\r\n", start + "\r\nx", start + "\r\nx\r\n--", start + "\r\nx\r\n--b",
        std::string("--b\r\n\r\nx\r\n--b--"), "--b\r\n" + std::string(100'000, 'x'),
        "--b\r\n" + std::string(20'000, 'x') + "\r\n\r\n--b--",
        std::string("--b\r\nContent-Disposition: form-data; name=\"v\r\n\r\nx\r\n--b--")}) {
    CAPTURE(body.substr(0, 80));
    for (const std::size_t piece : {1U, 7U, 1000U})
      CHECK(kind_of_failure([&] { parts_of(body, piece); }) == ErrorKind::invalid_input);
  }
}

TEST_CASE("the boundary of a content type") {
  CHECK(FormReader::boundary_of("multipart/form-data; boundary=x") == "x");
  CHECK(FormReader::boundary_of("Multipart/Form-Data;charset=utf-8; Boundary=\"a b\"") == "a b");
  CHECK_FALSE(FormReader::boundary_of(""));
  CHECK_FALSE(FormReader::boundary_of("multipart/form-data"));
  CHECK_FALSE(FormReader::boundary_of("multipart/form-data; boundary="));
  CHECK_FALSE(FormReader::boundary_of("multipart/form-data; boundary=\"x"));
  CHECK_FALSE(FormReader::boundary_of("multipart/form-data; boundary=" + std::string(71, 'x')));
  CHECK_FALSE(FormReader::boundary_of("text/plain; boundary=x"));
}

}  // namespace corral::serve::rest

#include "backends/s3/signature.hpp"

#include <string>

#include <doctest/doctest.h>

namespace corral::s3 {

namespace {

constexpr const char* empty_hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// The examples of Amazon's S3 API reference: "Signature Calculations for the Authorization Header:
/// Transferring Payload in a Single Chunk" and "Authenticating Requests: Using Query Parameters".
constexpr const char* example_id = "AKIAIOSFODNN7EXAMPLE";
constexpr const char* example_secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const SigningScope example_scope{.moment = 1'369'353'600'000, .region = "us-east-1"};

SignedRequest example(std::string method, std::string path, http::Parameters query,
                      std::vector<http::Header> headers, std::string hash = empty_hash) {
  headers.push_back({"Host", "examplebucket.s3.amazonaws.com"});
  headers.push_back({"x-amz-content-sha256", hash});
  headers.push_back({"x-amz-date", "20130524T000000Z"});
  return {std::move(method), std::move(path), std::move(query), std::move(headers), std::move(hash)};
}

std::string example_signature(const SignedRequest& request) {
  return signature(example_secret, request, example_scope);
}

/// The test suite for Signature Version 4 (aws-sig-v4-test-suite), as far as S3 keeps its rules: S3 does not
/// fold paths, and neither does this.
constexpr const char* suite_secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SigningScope suite_scope{.moment = 1'440'938'160'000, .region = "us-east-1", .service = "service"};

std::string suite_signature(std::string method, std::string path, http::Parameters query,
                            std::vector<http::Header> headers = {}, std::string hash = empty_hash) {
  headers.insert(headers.begin(), {"Host", "example.amazonaws.com"});
  headers.push_back({"X-Amz-Date", "20150830T123600Z"});
  return signature(
      suite_secret,
      {std::move(method), std::move(path), std::move(query), std::move(headers), std::move(hash)},
      suite_scope);
}

constexpr const char* unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

}  // namespace

TEST_CASE("S3's example: GET object") {
  const SignedRequest request = example("GET", "/test.txt", {}, {{"Range", "bytes=0-9"}});
  CHECK(canonical_request(request) ==
        "GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\n"
        "x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
        "x-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(string_to_sign(request, example_scope) ==
        "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n"
        "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972");
  CHECK(authorization(example_id, example_secret, request, example_scope) ==
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST_CASE("S3's examples: PUT object, GET ?lifecycle, list objects") {
  CHECK(example_signature(example(
            "PUT", "/test$file.text", {},
            {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
            "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")) ==
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  CHECK(example_signature(example("GET", "/", {{"lifecycle", ""}}, {})) ==
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  CHECK(example_signature(example("GET", "/", {{"prefix", "J"}, {"max-keys", "2"}}, {})) ==
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_CASE("S3's example: a presigned GET") {
  const SignedRequest request{"GET", "/test.txt", {}, {{"Host", "examplebucket.s3.amazonaws.com"}}, {}};
  CHECK(
      http::encode_parameters(presigned_query(example_id, example_secret, request, example_scope, 86'400)) ==
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%"
      "2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
      "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

TEST_CASE("the test suite: paths") {
  CHECK(suite_signature("GET", "/", {}) ==
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  CHECK(suite_signature("GET", std::string("/") + unreserved, {}) ==
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f");
  CHECK(suite_signature("GET", "/\xe1\x88\xb4", {}) ==
        "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
  CHECK(suite_signature("GET", "/example space/", {}) ==
        "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741");
}

TEST_CASE("the test suite: queries") {
  CHECK(suite_signature("GET", "/", {{"Param2", "value2"}, {"Param1", "value1"}}) ==
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
  CHECK(suite_signature("GET", "/", {{unreserved, unreserved}}) ==
        "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197");
  CHECK(suite_signature("GET", "/", {{"\xe1\x88\xb4", "bar"}}) ==
        "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04");
  CHECK(suite_signature("POST", "/", {{"Param1", "value1"}}) ==
        "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11");
}

TEST_CASE("the test suite: headers and bodies") {
  CHECK(suite_signature("POST", "/", {}) ==
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  CHECK(suite_signature("GET", "/", {}, {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}}) ==
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
  CHECK(suite_signature("GET", "/", {},
                        {{"My-Header1", "value4"},
                         {"My-Header1", "value1"},
                         {"My-Header1", "value3"},
                         {"My-Header1", "value2"}}) ==
        "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01");
  CHECK(suite_signature("POST", "/", {}, {{"Content-Type", "application/x-www-form-urlencoded"}},
                        "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e") ==
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
}

TEST_CASE("a path is not folded, and a query is sorted by its encoded names") {
  const SignedRequest request{
      "GET", "//a/../b/./c%2F", {{"b", "2"}, {"a b", "+/"}, {"a", "z"}, {"a", "y"}}, {}, "h"};
  CHECK(canonical_request(request) == "GET\n//a/../b/./c%252F\na=y&a=z&a%20b=%2B%2F&b=2\n\n\nh");
}

}  // namespace corral::s3

// The values of the reference page, and those that only a Worker showed: bytes to JSON and back to the bytes.
#include "commands/durable_objects/extended_json/extended_json.hpp"

#include <charconv>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends/bytes/hashing.hpp"
#include "backends/error.hpp"
#include "backends/v8/reader.hpp"
#include "backends/v8/writer.hpp"
#include "tests/failure.hpp"

using namespace corral;
using durable_objects::extended_json;
using durable_objects::parse_extended_json;

namespace {

std::string bytes_of(const std::string& digits) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2) {
    unsigned byte = 0;
    std::from_chars(digits.data() + at, digits.data() + at + 2, byte, 16);
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

std::string lower(std::string digits) {
  for (char& c : digits) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  return digits;
}

std::string put(const std::string& json) {
  return hex(v8::write(parse_extended_json(json, "the value")));
}

struct Vector {
  const char* digits;
  const char* json;
};

/// Written by workerd 1.20261117.1.
const std::vector<Vector> vectors = {
    {"FF0F4100240000", "[]"},
    {"FF0F41044902220374776F3054240004", R"([1,"two",null,true])"},
    {"FF0F220568656C6C6F", R"("hello")"},
    {"FF0F4E0000C0FFFFFFDF41", "2147483647"},
    {"FF0F5A20D20A3F4EEEE073C3F60FE98E01000000", R"({"$bigint":"123456789012345678901234567890"})"},
    {"FF0F79", R"({"$boxed":true})"},
    {"FF0F4203010203", R"({"$ArrayBuffer":"AQID"})"},
    {"FF0F4400008056FEBC7842", R"({"$date":"2023-11-14T22:13:20.000Z"})"},
    {"FF0F4E50EFE2D6E41A4B44", "1e+21"},
    {"FF0F41026F22017A49027B015E01240002", R"([{"$id":1,"$value":{"z":1}},{"$ref":1}])"},
    {"FF0F2200", R"("")"},
    {"FF0F6F220049027B01", R"({"":1})"},
    {"FF0F46", "false"},
    {"FF0F4208000000000000F83F5646000800", R"({"$Float64Array":[1.5]})"},
    {"FF0F4E000000000000F07F", R"({"$number":"Infinity"})"},
    {"FF0F6F490222016149042201627B02", R"({"1":"a","2":"b"})"},
    {"FF0F2204636166E9", "\"caf\u00e9\""},
    {"FF0F3B22016B490222016A6F22017849047B013A04", R"({"$map":[["k",1],["j",{"x":2}]]})"},
    {"FF0F4E000000000000E0C1", "-2147483648"},
    {"FF0F4E000000000000F87F", R"({"$number":"NaN"})"},
    {"FF0F5A110500000000000000", R"({"$bigint":"-5"})"},
    {"FF0F4901", "-1"},
    {"FF0F4E0000000000000080", R"({"$number":"-0"})"},
    {"FF0F6F2201616F2201624103490249046F220163307B012400037B017B01", R"({"a":{"b":[1,2,{"c":null}]}})"},
    {"FF0F30", "null"},
    {"FF0F6E0000000000001440", R"({"$boxed":5})"},
    {"FF0F6F7B00", "{}"},
    {"FF0F6F22016149022201622201787B02", R"({"a":1,"b":"x"})"},
    {"FF0F4902", "1"},
    {"FF0F4E000000000000E041", "2147483648"},
    {"FF0F4E1F85EB51B81E0940", "3.14"},
    {"FF0F52220461622B6303", R"({"$regexp":["ab+c","gi"]})"},
    {"FF0F2749022201612C02", R"({"$set":[1,"a"]})"},
    {"FF0F61034900490249044906400203", R"({"$sparse":3,"$properties":[[0,1],[2,3]]})"},
    {"FF0F732202736F", R"({"$boxed":"so"})"},
    {"FF0F54", "true"},
    {"FF0F42030102FF5642000300", R"({"$Uint8Array":"AQL/"})"},
    {"FF0F6F2201755F7B01", R"({"u":{"$undefined":true}})"},
    {"FF0F6308E5652C673DD800DE", "\"\u65e5\u672c\U0001F600\""},
    {"FF0F4900", "0"},
    {"FF0F410249024904220178220179240102", R"({"$array":[1,2],"$properties":[["x","y"]]})"},
    {"FF0F41045A005A1101000000000000005A20000000000000000001000000000000005A110000000000000080240004",
     R"([{"$bigint":"0"},{"$bigint":"-1"},{"$bigint":"18446744073709551616"},{"$bigint":"-9223372036854775808"}])"},
    {"FF0F4210FFFFFFFFFFFFFFFF05000000000000005671001000", R"({"$BigInt64Array":["-1","5"]})"},
    {"FF0F6F49FEFFFFFF0749084E000000000000D04149064E0000C0FFFFFFEF414904220A34323934393637323935490222022D314"
     "90A22"
     "023031490C7B06",
     R"({"1073741823":4,"1073741824":3,"4294967294":2,"4294967295":1,"-1":5,"01":6})"},
    {"FF0F7A100500000000000000", R"({"$boxed":{"$bigint":"5"}})"},
    {"FF0F78", R"({"$boxed":false})"},
    {"FF0F6F22016E4902220473656C665E007B02", R"({"$id":1,"$value":{"n":1,"self":{"$ref":1}}})"},
    {"FF0F44000000000000F87F", R"({"$date":null})"},
    {"FF0F420400000000563F010200",
     R"({"$DataView":{"buffer":{"$ArrayBuffer":"AAAAAA=="},"offset":1,"length":2,"flags":0}})"},
    {"FF0F726D2204626F6F6D732206737461636B2E2E", R"({"$error":{"message":"boom","stack":"stack."}})"},
    {"FF0F72546D22036261642E", R"({"$error":{"type":"TypeError","message":"bad"}})"},
    {"FF0F726D220178636F22017949027B012E", R"({"$error":{"message":"x","cause":{"y":1}}})"},
    {"FF0F4202003E5668000200", R"({"$Float16Array":"AD4="})"},
    {"FF0F5C0403010001610162", R"({"$v8":"/w9cBAMBAAFhAWI="})"},
    {"FF0F6F2201744E00000000000010407B01", R"({"t":4.0})"},
    {"FF0F6306610000D86200", R"({"$utf16":"0061d8000062"})"},
    {"FF0F630461006200", R"({"$twoByte":"ab"})"},
    {"FF0F4E010000000000F8FF", R"({"$number":"nan:fff8000000000001"})"},
    {"FF0F7E041000000000", R"({"$ArrayBuffer":"AAAAAA==","$max":16})"},
    {"FF0F7E0410000000005642000003",
     R"({"$Uint8Array":{"buffer":{"$ArrayBuffer":"AAAAAA==","$max":16},"offset":0,"length":0,"flags":3}})"},
    {"FF0F522201618003", R"({"$regexp":["a","dv"]})"},
    {"FF0F41034208000000000000000056420103005E0156660404005E01240003",
     R"([{"$Uint8Array":{"buffer":{"$id":1,"$value":{"$ArrayBuffer":"AAAAAAAAAAA="}},"offset":1,"length":3,"flags":0}},{"$Float32Array":{"buffer":{"$ref":1},"offset":4,"length":4,"flags":0}},{"$ref":1}])"},
    {"FF0F6F2205246461746549027B01", R"({"$object":[["$date",1]]})"},
};

}  // namespace

TEST_CASE("every vector is shown as the right JSON and comes back as the same bytes") {
  for (const Vector& vector : vectors) {
    CAPTURE(vector.digits);
    const std::string bytes = bytes_of(vector.digits);
    const v8::Document document = v8::read(bytes);
    CHECK(extended_json(document, 0) == vector.json);
    CHECK(hex(v8::write(document)) == hex(bytes));
    CHECK(put(vector.json) == hex(bytes));
    CHECK(put(extended_json(document, 2)) == hex(bytes));
  }
}

TEST_CASE("plain JSON becomes what V8 makes of it") {
  CHECK(put(R"({"b":1,"2":2,"1":3,"b":4})") ==
        "ff0f6f49024906490449042201624908"
        "7b03");
  CHECK(put("[-0]") == lower("FF0F41014E0000000000000080240001"));
  CHECK(put(R"({"$schema":"x"})") == put(R"({"$object":[["$schema","x"]]})"));
  CHECK(put(R"({"$ref":"#/a","b":1})") == put(R"({"$object":[["$ref","#/a"],["b",1]]})"));
  CHECK(put("9007199254740993") == put("9007199254740992"));
  CHECK(put(R"({"$bigint":"0xff"})") == put(R"({"$bigint":"255"})"));
  CHECK(put(R"({"$Uint16Array":[1,65535]})") == lower("FF0F42040100FFFF5657000400"));
  CHECK(put(R"({"$date":1700000000000})") == put(R"({"$date":"2023-11-14T22:13:20Z"})"));
}

TEST_CASE("what is no value is refused in words") {
  for (const char* const json :
       {"", "{", "hello", R"({"$date":"soon"})", R"({"$bigint":"x"})", R"({"$number":"1"})",
        R"({"$map":[[1]]})", R"({"$ref":1})", R"({"$id":1,"$value":2})", R"({"$Uint16Array":"AA=="})",
        R"({"$Uint8Array":[256]})", R"({"$Uint8Array":{"offset":1}})", R"({"$regexp":["a","k"]})",
        R"({"$utf16":"d8"})", R"([{"$v8":"/w8w"}])", R"({"$object":[[true,1]]})", R"({"$array":[1]})",
        R"({"$error":{"text":"x"}})", R"({"$boxed":null})"}) {
    CAPTURE(json);
    CHECK(testing::kind_of_failure([&] { parse_extended_json(json, "the value"); }) ==
          ErrorKind::invalid_input);
  }
}

TEST_CASE("bytes that V8 did not write are refused, whatever lengths they claim") {
  for (const char* const digits : {"",
                                   "FF",
                                   "FF0F",
                                   "FF0D",
                                   "FF0C30",
                                   "FF1030",
                                   "30",
                                   "FF0F3030",
                                   "FF0F4E00",
                                   "FF0F22FFFFFFFF0F61",
                                   "FF0F63036100",
                                   "FF0F41FFFFFFFF0F",
                                   "FF0F5E00",
                                   "FF0F6F307B01",
                                   "FF0F6F2201617B",
                                   "FF0F6F7B01",
                                   "FF0F4101302400",
                                   "FF0F5AFFFFFFFF0F",
                                   "FF0F42FFFFFFFF0F",
                                   "FF0F4201005642020100",
                                   "FF0F4204000000005664010400",
                                   "FF0F520161FF7F",
                                   "FF0F5222016180FF7F",
                                   "FF0F72",
                                   "FF0F727A2E",
                                   "FF0F726D302E",
                                   "FF0F3B30303A03",
                                   "FF0F27302C02",
                                   "FF0F7E040100000000",
                                   "FF0F51",
                                   "FFFFFFFFFFFFFFFFFFFF7F30"}) {
    CAPTURE(digits);
    CHECK(testing::kind_of_failure([&] { v8::read(bytes_of(digits)); }) == ErrorKind::corrupt);
  }
}

TEST_CASE("nesting has a limit for both, and what a Worker can store is within it") {
  const auto nested = [](std::size_t depth) {
    std::string bytes = "\xFF\x0F";
    for (std::size_t i = 0; i < depth; ++i) bytes += std::string("A\x01", 2);
    bytes += '0';
    for (std::size_t i = 0; i < depth; ++i) bytes += std::string("$\0\x01", 3);
    return bytes;
  };
  CHECK(testing::kind_of_failure([&] { v8::read(nested(100'000)); }) == ErrorKind::limit);
  const std::string bytes = nested(4900);
  CHECK(put(extended_json(v8::read(bytes), 0)) == hex(bytes));
  CHECK(extended_json(v8::read(bytes), 2).size() < 4 * bytes.size());
  CHECK(testing::kind_of_failure([&] { parse_extended_json(std::string(100'000, '['), "the value"); }) ==
        ErrorKind::limit);
}

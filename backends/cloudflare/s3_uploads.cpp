#include "backends/cloudflare/s3_uploads.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/cloudflare/object_headers.hpp"
#include "backends/cloudflare/s3_error.hpp"
#include "backends/http/url.hpp"
#include "backends/s3/xml.hpp"

namespace corral::cloudflare {

namespace {

/// A list that says it goes on for ever is not followed for ever: 10,000 uploads or parts are 10 pages.
constexpr int most_pages = 1000;

Error strange_xml(const S3Call& call, std::string_view what) {
  return {ErrorKind::unavailable,
          fmt::format("R2's S3 endpoint answered {} {} without {}", call.method, shown(call.key), what),
          "try again later; is AWS_ENDPOINT_URL_S3 set to another service?"};
}

/// The outermost element of an answer, which must be called `name`. An <Error> with a good status is one:
/// CompleteMultipartUpload answers so when it fails late.
s3::XmlElement element_of(const S3Call& call, const std::string& body, std::string_view name) {
  constexpr int late_failure = 500;
  std::optional<s3::XmlElement> element;
  try {
    element = s3::parse_xml(body);
  } catch (const Error&) {
    throw strange_xml(call, "XML");
  }
  if (element->name == "Error")
    throw s3_error({.method = call.method, .path = shown(call.key), .status = late_failure, .body = body},
                   {});
  if (element->name != name) throw strange_xml(call, fmt::format("a {}", name));
  return *std::move(element);
}

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() ? number : 0;
}

/// A key as an answer has it. `is_encoded`: as a form field ("encoding-type" in Amazon's S3 API reference).
std::string key_of(std::string_view text, bool is_encoded) {
  std::string key(text);
  if (!is_encoded) return key;
  std::replace(key.begin(), key.end(), '+', ' ');
  return http::percent_decode(key);
}

/// The answers about an upload repeat its key, in XML, which has no control characters but three.
void require_key_for_xml(const std::string& key) {
  constexpr unsigned char space = ' ';
  if (std::none_of(key.begin(), key.end(), [](char c) {
        return static_cast<unsigned char>(c) < space && c != '\t' && c != '\n' && c != '\r';
      }))
    return;
  throw Error(
      ErrorKind::invalid_input,
      fmt::format("R2's S3 endpoint, which large objects go through, cannot name \"{}\": it has a control "
                  "character",
                  shown(key)),
      "choose another key, or store at most 300 MiB under this one");
}

http::Parameters of_upload(const S3Upload& upload) {
  return {{"uploadId", upload.id}};
}

}  // namespace

std::string create_upload(S3Client& client, const ObjectWrite& write) {
  require_key_for_xml(write.key);
  const S3Call call{.method = "POST",
                    .key = write.key,
                    .query = {{"uploads", ""}},
                    .headers = s3_headers_of(write),
                    .repeatable = true};
  std::string id(
      element_of(call, client.call(call).body, "InitiateMultipartUploadResult").text_of("UploadId"));
  if (id.empty()) throw strange_xml(call, "an id of the upload");
  return id;
}

std::string put_part(S3Client& client, const S3Upload& upload, std::uint64_t number, ByteSource& bytes) {
  S3Call call{
      .method = "PUT", .key = upload.key, .query = of_upload(upload), .stream = &bytes, .repeatable = true};
  call.query.emplace_back("partNumber", std::to_string(number));
  return made_of(client.call(call).headers).etag;
}

S3Made made_of(const std::vector<http::Header>& headers) {
  const auto header = [&](std::string_view name) { return http::find_header(headers, name).value_or(""); };
  return {bare_etag(header("etag")), std::string(header("x-amz-version-id"))};
}

S3Made complete_upload(S3Client& client, const S3Upload& upload, const S3Parts& parts) {
  S3Call call{.method = "POST",
              .key = upload.key,
              .query = of_upload(upload),
              .headers = {{"Content-Type", "application/xml"}},
              .body = "<CompleteMultipartUpload>"};
  for (const auto& [number, part] : parts) {
    call.body += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>\"{}\"</ETag></Part>", number,
                             s3::xml_escaped(part.etag));
  }
  call.body += "</CompleteMultipartUpload>";
  const S3Answer answer = client.call(call);
  S3Made made = made_of(answer.headers);
  made.etag = bare_etag(element_of(call, answer.body, "CompleteMultipartUploadResult").text_of("ETag"));
  return made;
}

bool abort_upload(S3Client& client, const S3Upload& upload) {
  try {
    client.call({.method = "DELETE", .key = upload.key, .query = of_upload(upload), .repeatable = true});
    return true;
  } catch (const S3Error& error) {
    if (error.code() != "NoSuchUpload") throw;
    return false;
  }
}

std::vector<S3Upload> list_uploads(S3Client& client, const std::string& prefix) {
  std::vector<S3Upload> uploads;
  // XML has no way to write some of the characters that keys have.
  http::Parameters range = {{"uploads", ""}, {"encoding-type", "url"}};
  if (!prefix.empty()) range.emplace_back("prefix", prefix);
  S3Call call{.query = range};
  for (int page = 0; page < most_pages; ++page) {
    client.session().check_interrupt();
    const s3::XmlElement list = element_of(call, client.call(call).body, "ListMultipartUploadsResult");
    const bool is_encoded = list.text_of("EncodingType") == "url";
    for (const s3::XmlElement& element : list.children) {
      if (element.name != "Upload") continue;
      uploads.push_back({std::string(element.text_of("UploadId")), key_of(element.text_of("Key"), is_encoded),
                         moment_of(std::string(element.text_of("Initiated"))).value_or(0)});
    }
    const std::string next_key = key_of(list.text_of("NextKeyMarker"), is_encoded);
    if (list.text_of("IsTruncated") != "true" || next_key.empty()) break;
    call.query = range;
    call.query.emplace_back("key-marker", next_key);
    call.query.emplace_back("upload-id-marker", std::string(list.text_of("NextUploadIdMarker")));
  }
  return uploads;
}

S3Parts list_parts(S3Client& client, const S3Upload& upload) {
  S3Parts parts;
  S3Call call{.key = upload.key, .query = of_upload(upload)};
  for (int page = 0; page < most_pages; ++page) {
    client.session().check_interrupt();
    const s3::XmlElement list = element_of(call, client.call(call).body, "ListPartsResult");
    for (const s3::XmlElement& element : list.children) {
      if (element.name != "Part") continue;
      const std::uint64_t number = number_of(element.text_of("PartNumber"));
      if (number == 0 || number > r2_max_parts) throw strange_xml(call, "numbers of parts");
      parts[number] = {number_of(element.text_of("Size")), bare_etag(element.text_of("ETag"))};
    }
    const std::string_view next = list.text_of("NextPartNumberMarker");
    if (list.text_of("IsTruncated") != "true" || next.empty()) break;
    call.query = of_upload(upload);
    call.query.emplace_back("part-number-marker", std::string(next));
  }
  return parts;
}

}  // namespace corral::cloudflare

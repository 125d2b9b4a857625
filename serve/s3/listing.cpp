// Lists of objects.
#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/text.hpp"
#include "serve/s3/operations.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

using corral::s3::XmlWriter;

namespace {

/// Greater than every byte of UTF-8, and so than every key that begins with what stands before it.
constexpr char after_all = '\xFF';
constexpr unsigned char first_printable = 0x20;

/// What the three kinds of lists have in common.
class Listing {
 public:
  Listing(S3Request& request, std::string_view root) : xml_(root) {
    const std::string encoding = request.text("encoding-type");
    if (!encoding.empty() && encoding != "url")
      throw invalid_argument("Invalid Encoding Method specified in Request");
    is_encoded_ = !encoding.empty();
    options_.prefix = request.text("prefix");
    options_.delimiter = request.text("delimiter");
    max_keys_ = number_of(request, "max-keys", r2_max_list, r2_max_list);
    options_.limit = max_keys_;
  }

  ObjectListOptions& options() { return options_; }
  XmlWriter& xml() { return xml_; }
  [[nodiscard]] std::string coded(std::string_view text) const {
    return is_encoded_ ? http::percent_encode(text, kept_in_lists) : std::string(text);
  }

  /// A marker of the older lists may be a group, which was listed and is not listed again.
  void start_after(std::string marker) {
    const std::string& delimiter = options_.delimiter;
    const std::size_t at = delimiter.empty() || !marker.starts_with(options_.prefix)
                               ? std::string::npos
                               : marker.find(delimiter, options_.prefix.size());
    const bool is_group = at != std::string::npos && at + delimiter.size() == marker.size();
    if (is_group) marker += after_all;
    options_.start_after = std::move(marker);
  }

  /// The prefix is shown as it is: clients that ask for url encoding by themselves (boto3) do not decode it
  /// in the older list. Not if XML has no form for it.
  void show_plain_prefix() {
    is_plain_prefix_ = std::all_of(options_.prefix.begin(), options_.prefix.end(), [](char c) {
      return static_cast<unsigned char>(c) >= first_printable || c == '\t' || c == '\n' || c == '\r';
    });
  }

  /// Reads the page and writes what all lists begin with.
  const ObjectPage& read(ObjectStore& store) {
    if (max_keys_ > 0) page_ = store.list(options_);
    xml_.add("Name", store.bucket());
    xml_.add("Prefix", is_plain_prefix_ ? options_.prefix : coded(options_.prefix));
    if (!options_.delimiter.empty()) xml_.add("Delimiter", coded(options_.delimiter));
    if (is_encoded_) xml_.add("EncodingType", "url");
    xml_.add("MaxKeys", max_keys_);
    xml_.add_flag("IsTruncated", page_.cursor.has_value());
    return page_;
  }

  enum class Owner { shown, hidden };
  void add_objects(std::string_view element, Owner owner, bool is_version) {
    for (const ObjectInfo& object : page_.objects) {
      xml_.open(element);
      xml_.add("Key", coded(object.key));
      if (is_version) {
        xml_.add("VersionId", "null");
        xml_.add_flag("IsLatest", true);
      }
      xml_.add("LastModified", xml_time(object.uploaded));
      xml_.add("ETag", quoted_etag(object.etag));
      xml_.add("Size", object.size);
      xml_.add("StorageClass", object.storage_class == "InfrequentAccess" ? "STANDARD_IA" : "STANDARD");
      if (owner == Owner::shown) {
        xml_.open("Owner");
        xml_.add("ID", "local");
        xml_.add("DisplayName", "local");
        xml_.close();
      }
      xml_.close();
    }
    for (const std::string& prefix : page_.prefixes) {
      xml_.open("CommonPrefixes");
      xml_.add("Prefix", coded(prefix));
      xml_.close();
    }
  }

  /// The last name of the page, object or group.
  [[nodiscard]] std::string last() const {
    const std::string object = page_.objects.empty() ? std::string() : page_.objects.back().key;
    return page_.prefixes.empty() ? object : std::max(object, page_.prefixes.back());
  }

  Response response() && { return xml_response(std::move(xml_)); }

 private:
  XmlWriter xml_;
  ObjectListOptions options_;
  ObjectPage page_;
  std::size_t max_keys_ = 0;
  bool is_encoded_ = false;
  bool is_plain_prefix_ = false;
};

}  // namespace

Response list_objects(S3Request& request, Environment& environment) {
  Listing listing(request, "ListBucketResult");
  listing.show_plain_prefix();
  const std::string marker = request.text("marker");
  listing.start_after(marker);
  const ObjectPage& page = listing.read(environment.buckets.reading(request.bucket()));
  listing.xml().add("Marker", listing.coded(marker));
  if (page.cursor) listing.xml().add("NextMarker", listing.coded(listing.last()));
  listing.add_objects("Contents", Listing::Owner::shown, false);
  return std::move(listing).response();
}

Response list_objects_v2(S3Request& request, Environment& environment) {
  Listing listing(request, "ListBucketResult");
  const std::string start_after = request.text("start-after");
  listing.options().start_after = start_after;
  const std::string* const token = request.parameter("continuation-token");
  if (token != nullptr) {
    const auto cursor = base64_decode(*token);
    if (!cursor) throw invalid_argument("The continuation token provided is incorrect");
    listing.options().cursor = *cursor;
  }
  ObjectPage page;
  try {
    page = listing.read(environment.buckets.reading(request.bucket()));
  } catch (const S3Error&) {
    throw;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::usage) throw;
    throw invalid_argument("The continuation token provided is incorrect");
  }
  XmlWriter& xml = listing.xml();
  xml.add("KeyCount", page.objects.size() + page.prefixes.size());
  if (!start_after.empty()) xml.add("StartAfter", listing.coded(start_after));
  if (token != nullptr) xml.add("ContinuationToken", *token);
  if (page.cursor) xml.add("NextContinuationToken", base64url_encode(*page.cursor));
  const bool shows_owner = request.text("fetch-owner") == "true";
  listing.add_objects("Contents", shows_owner ? Listing::Owner::shown : Listing::Owner::hidden, false);
  return std::move(listing).response();
}

/// R2 keeps no versions: each object has one, "null". For clients that empty a bucket by its versions.
Response list_object_versions(S3Request& request, Environment& environment) {
  Listing listing(request, "ListVersionsResult");
  const std::string marker = request.text("key-marker");
  listing.start_after(marker);
  const ObjectPage& page = listing.read(environment.buckets.reading(request.bucket()));
  listing.xml().add("KeyMarker", listing.coded(marker));
  listing.xml().add("VersionIdMarker", request.text("version-id-marker"));
  if (page.cursor) {
    listing.xml().add("NextKeyMarker", listing.coded(listing.last()));
    listing.xml().add("NextVersionIdMarker", "null");
  }
  listing.add_objects("Version", Listing::Owner::shown, true);
  return std::move(listing).response();
}

}  // namespace corral::serve::s3

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "backends/http/client.hpp"
#include "backends/object_store.hpp"

namespace corral::cloudflare {

/// An object's key as the end of a request's path. A '/' stays, and so does what a URL leaves as it is, as in
/// wrangler's requests; encoded is whatever would mean something else there: '?', '#', '%', '\', blanks,
/// control characters, and the dots of a part that is "." or "..".
std::string object_path(std::string_view key);

/// The headers that store an object's HTTP metadata and storage class with it.
std::vector<http::Header> headers_of(const ObjectWrite& write);

/// The same for the S3 endpoint, which also takes custom metadata: names in lower case, and values that are
/// not ASCII as encoded words (RFC 2047), which R2 decodes (developers.cloudflare.com/r2/api/s3/extensions).
/// Throws invalid_input for a name that no header can have as it is.
std::vector<http::Header> s3_headers_of(const ObjectWrite& write);

/// An etag without its quotes.
std::string bare_etag(std::string_view etag);

/// Reads ISO 8601 with any number of digits of a second; nullopt for anything else.
std::optional<UnixMillis> moment_of(std::string text);

/// What the headers of an answer with an object say of it; `size` is that of the body.
ObjectInfo object_of(std::string_view key, const http::Response& response);

/// An object as a list shows it: {"key", "size", "etag", "last_modified", "http_metadata",
/// "custom_metadata", "storage_class"}.
ObjectInfo object_of(const nlohmann::ordered_json& json);

/// Takes over what the answer to a write says of the object: {"etag", "version", "uploaded",
/// "storage_class"}.
void apply_answer(const nlohmann::ordered_json& json, ObjectInfo& object);

}  // namespace corral::cloudflare

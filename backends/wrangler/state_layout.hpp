#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace corral::wrangler {

/// The unique keys of the objects that store each service's data (docs/reference/state-layout.md, "Object
/// ids").
inline constexpr std::string_view kv_unique_key = "miniflare-KVNamespaceObject";
inline constexpr std::string_view d1_unique_key = "miniflare-D1DatabaseObject";
inline constexpr std::string_view r2_unique_key = "miniflare-R2BucketObject";

/// The id that workerd derives from an object's name: 64 hex digits. k = SHA-256(unique_key), a = HMAC(k,
/// name) cut to 16 bytes, b = HMAC(k, a) cut to 16 bytes: hex(a + b).
std::string object_id(std::string_view unique_key, std::string_view name);

/// The sanitized folder name of a namespace id or bucket name, never "." or ".." and without '/'
/// (docs/reference/state-layout.md). Different names can map to the same folder; blob ids keep their blobs
/// apart. Throws invalid_input if nothing is left of the name, limit above 255 bytes.
std::string safe_folder_name(std::string_view name);

/// `<state>/v3/kv/miniflare-KVNamespaceObject/<object id>.sqlite`
std::filesystem::path kv_database_file(const std::filesystem::path& state_root,
                                       std::string_view namespace_id);

/// `<state>/v3/kv/<sanitized namespace id>/blobs`
std::filesystem::path kv_blob_folder(const std::filesystem::path& state_root, std::string_view namespace_id);

/// `<state>/v3/d1/miniflare-D1DatabaseObject/<object id>.sqlite`
std::filesystem::path d1_database_file(const std::filesystem::path& state_root, std::string_view database_id);

/// `<state>/v3/r2/miniflare-R2BucketObject/<object id>.sqlite`
std::filesystem::path r2_database_file(const std::filesystem::path& state_root, std::string_view bucket_name);

/// `<state>/v3/do/<script>-<class>`
std::filesystem::path durable_object_folder(const std::filesystem::path& state_root, std::string_view script,
                                            std::string_view class_name);

/// `<state>/v3/r2/<sanitized bucket name>/blobs`
std::filesystem::path r2_blob_folder(const std::filesystem::path& state_root, std::string_view bucket_name);

/// `<state>/v3/r2`
std::filesystem::path r2_folder(const std::filesystem::path& state_root);

/// `<state>/v3/kv`
std::filesystem::path kv_folder(const std::filesystem::path& state_root);

}  // namespace corral::wrangler

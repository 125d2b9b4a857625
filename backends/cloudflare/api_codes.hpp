#pragma once

/// The codes of errors of Cloudflare's REST API, as wrangler's requests meet them and as Cloudflare's API
/// documentation has them (docs/reference/remote.md). A code means something only within its service.
namespace corral::cloudflare::code {

// Any service.
inline constexpr int invalid_token = 1000;  ///< of GET /user/tokens/verify
inline constexpr int bad_headers = 6003;    ///< a malformed Authorization header
inline constexpr int no_route = 7003;
inline constexpr int wrong_method = 10405;
inline constexpr int unknown_key = 9103;         ///< X-Auth-Key and X-Auth-Email
inline constexpr int invalid_credential = 9106;  ///< none was sent, among other things
inline constexpr int authentication_failed = 10000;

// Workers KV.
inline constexpr int kv_bad_request = 10001;
inline constexpr int kv_no_such_key = 10009;
inline constexpr int kv_no_such_namespace = 10013;
inline constexpr int kv_title_taken = 10014;
inline constexpr int kv_too_many_pairs = 10026;
inline constexpr int kv_bad_page = 10029;
inline constexpr int kv_too_many_keys = 10175;  ///< of a bulk get

// D1.
inline constexpr int d1_bad_request = 7400;
inline constexpr int d1_no_such_database = 7404;
inline constexpr int d1_query_failed = 7500;
inline constexpr int d1_name_taken = 7502;

// R2.
inline constexpr int r2_internal = 10001;
inline constexpr int r2_bucket_taken = 10004;
inline constexpr int r2_bad_bucket_name = 10005;
inline constexpr int r2_no_such_bucket = 10006;
inline constexpr int r2_no_such_key = 10007;  ///< and: no sippy
inline constexpr int r2_bucket_not_empty = 10008;
inline constexpr int r2_metadata_too_large = 10012;
inline constexpr int r2_bad_key = 10020;
inline constexpr int r2_precondition_failed = 10031;
inline constexpr int r2_bad_digest = 10037;
inline constexpr int r2_bad_range = 10039;
inline constexpr int r2_bad_request = 10040;
inline constexpr int r2_no_such_domain = 10042;
inline constexpr int r2_domain_taken = 10043;
inline constexpr int r2_no_cors = 10059;
inline constexpr int r2_locked = 10069;
inline constexpr int r2_data_catalog = 10081;
inline constexpr int r2_object_too_large = 100'100;
inline constexpr int r2_no_notifications = 11015;

// Queues.
inline constexpr int queue_bad_request = 10100;
inline constexpr int queue_batch_too_large = 10206;
inline constexpr int queue_paused = 10217;
inline constexpr int queue_not_found = 11000;
inline constexpr int queue_consumer_exists = 11004;
inline constexpr int queue_no_such_consumer = 11008;
inline constexpr int queue_name_taken = 11009;
inline constexpr int queue_no_such_subscription = 12000;

// Durable Objects.
inline constexpr int do_no_such_namespace = 10066;

}  // namespace corral::cloudflare::code

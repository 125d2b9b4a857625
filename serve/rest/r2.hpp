#pragma once

#include <memory>
#include <span>
#include <string>

#include "backends/cloudflare/api_codes.hpp"
#include "backends/object_store.hpp"
#include "backends/r2_buckets.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/target.hpp"
#include "serve/rest/route.hpp"

namespace corral::serve::rest {

// The endpoints of R2 (docs/reference/remote.md, "R2 buckets" and "R2 objects").
std::span<const Route> r2_bucket_routes();
std::span<const Route> r2_setting_routes();
std::span<const Route> r2_domain_routes();
std::span<const Route> r2_notification_routes();
std::span<const Route> r2_object_routes();

inline constexpr ServiceCodes r2_codes = {.not_found = cloudflare::code::r2_no_such_key,
                                          .conflict = cloudflare::code::r2_bad_request,
                                          .invalid = cloudflare::code::r2_bad_request,
                                          .denied = cloudflare::code::r2_locked,
                                          .internal = cloudflare::code::r2_internal};

/// The bucket that the path names: created here, with objects, or in the config. Throws Refusal: 404, or 400
/// for a name that no bucket can have.
r2::KnownBucket find_bucket(const Call& call);

/// The same for a setting of it.
BucketId bucket_id(const Call& call);

}  // namespace corral::serve::rest

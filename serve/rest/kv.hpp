#pragma once

#include <memory>
#include <span>

#include "backends/cloudflare/api_codes.hpp"
#include "backends/kv_store.hpp"
#include "serve/rest/route.hpp"

namespace corral::serve::rest {

// The endpoints of Workers KV (docs/reference/remote.md, "Workers KV").
std::span<const Route> kv_namespace_routes();
std::span<const Route> kv_value_routes();
std::span<const Route> kv_bulk_routes();

inline constexpr ServiceCodes kv_codes = {.not_found = cloudflare::code::kv_no_such_namespace,
                                          .conflict = cloudflare::code::kv_title_taken,
                                          .invalid = cloudflare::code::kv_bad_request,
                                          .denied = cloudflare::code::kv_bad_request,
                                          .internal = cloudflare::code::kv_bad_request};

/// The entries of the namespace that the path names. It is one that was created here, that the config names
/// or that has entries; for any other throws Refusal (404), as an account does.
std::unique_ptr<KvStore> open_namespace(const Call& call);

}  // namespace corral::serve::rest

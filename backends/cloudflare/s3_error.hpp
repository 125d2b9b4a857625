#pragma once

#include <string>

#include "backends/cloudflare/api_error.hpp"
#include "backends/cloudflare/s3_client.hpp"

namespace corral::cloudflare {

/// The error for an answer that is not a success: an <Error> with <Code> and <Message>, or whatever else
/// came. `path`: "bucket/key", to be shown. `keys`: where the keys are from (S3Keys::source).
S3Error s3_error(const RefusedCall& call, const std::string& keys);

}  // namespace corral::cloudflare

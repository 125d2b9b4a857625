#pragma once

#include <memory>

#include "backends/cloudflare/session.hpp"

namespace corral::testing {

/// A session on an account of its own, at the server that CLOUDFLARE_API_BASE_URL names
/// (tests/remote/conformance.test.mjs starts it).
std::shared_ptr<cloudflare::Session> open_test_account();

}  // namespace corral::testing

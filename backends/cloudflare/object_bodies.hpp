#pragma once

#include <memory>
#include <optional>
#include <string>

#include "backends/http/client.hpp"
#include "backends/object_store.hpp"

namespace corral::cloudflare {

/// The Range header that asks for the bytes; nullopt: all of them. Throws invalid_input for a range that no
/// object has.
std::optional<std::string> range_header(const ObjectRange& range);

/// The object in an answer: the whole, or a part as its Content-Range says. A server that knows no ranges
/// sends the whole, of which the rest is passed over. Throws like resolve_range.
ObjectBody body_of(ObjectInfo info, std::unique_ptr<http::Response> response,
                   const std::optional<ObjectRange>& range);

}  // namespace corral::cloudflare

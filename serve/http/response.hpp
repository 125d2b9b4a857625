#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backends/bytes/byte_stream.hpp"
#include "backends/http/client.hpp"

namespace corral::serve {

/// What a handler answers. The server adds Date, Server, Content-Length or Transfer-Encoding, and Connection.
struct Response {
  int status = 200;
  std::vector<http::Header> headers = {};
  /// nullptr: no body. Goes out with Content-Length if `remaining` knows it, otherwise chunked; for HEAD only
  /// its length is used. Read by the server after the handler has returned, while the handler may already
  /// work on another request: it must own what it needs or be independent of the handler's stores, as the
  /// bodies of ObjectStore::get and KvStore::get are. If reading throws, the connection is cut, so that the
  /// client sees an incomplete body.
  std::unique_ptr<ByteSource> body = {};
  /// For HEAD without a body to measure: the Content-Length of the GET.
  std::optional<std::uint64_t> length = {};
  /// true: the rest of the request's body is of no interest, and the connection ends with this response.
  bool close = false;

  /// For the log and the metrics: what was done, a short constant name ("GetObject", "kv.put"), and what went
  /// wrong ("NoSuchKey"); empty: nothing. Never anything secret.
  std::string operation = {};
  std::string problem = {};

  void add(std::string name, std::string value) { headers.push_back({std::move(name), std::move(value)}); }
};

/// A response with a body in memory.
Response text_response(int status, std::string content_type, std::string body);

}  // namespace corral::serve

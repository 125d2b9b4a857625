// What a stranger can send before anything of it is trusted: a request over a socket, its signature and its
// XML.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include "backends/error.hpp"
#include "backends/s3/xml.hpp"
#include "serve/http/request_reader.hpp"
#include "serve/http/router.hpp"
#include "serve/s3/address.hpp"
#include "serve/s3/authentication.hpp"
#include "serve/s3/request_body.hpp"
#include "serve/s3/s3_error.hpp"

namespace {

namespace server = corral::serve;
namespace s3 = corral::serve::s3;
using corral::AccessKey;
using corral::Error;
using corral::FileDescriptor;

std::optional<AccessKey> find_key(std::string_view id) {
  if (id != "KEY") return std::nullopt;
  return AccessKey{
      .id = "KEY", .secret = "SECRET", .name = {}, .created_at = 0, .read_only = false, .buckets = {}};
}

void look_at(server::Request& request) {
  const server::Site site;
  server::endpoint_of(request, site);
  s3::address_of(request, site, [](std::string_view) { return std::nullopt; });
  try {
    const auto authentication = s3::authenticate(request, request.parameters(), 1'369'353'600'000, find_key);
    // No input can hold a signature made with the secret.
    if (authentication) std::abort();
    s3::RequestBody body(request, nullptr);
    const std::string document = s3::read_document(body, 65'536);
    corral::s3::parse_xml(document);
  } catch (const Error&) {
    return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) std::abort();
  ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
  {
    const FileDescriptor client(ends[0]);
    if (::write(ends[0], data, size) < 0) std::abort();
    ::shutdown(ends[0], SHUT_WR);
    server::Socket socket(FileDescriptor(ends[1]), nullptr);
    const server::Limits limits;
    server::RequestReader reader(socket, limits);
    try {
      while (auto request = reader.next()) {
        look_at(*request);
        if (!reader.skip_body(65'536, std::chrono::steady_clock::now() + std::chrono::seconds(1))) break;
      }
    } catch (const Error&) {
      return 0;
    }
  }
  return 0;
}

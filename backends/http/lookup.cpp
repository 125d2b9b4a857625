#include "backends/http/lookup.hpp"

#include <arpa/inet.h>
#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <netdb.h>
#include <netinet/in.h>
#include <thread>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/platform/host_lookup.hpp"

namespace corral::http {

namespace {

/// What the thread that asks and the one that waits have in common.
struct Lookup {
  std::mutex mutex;
  std::condition_variable finished;
  bool done = false;
  int failure = 0;
  std::vector<std::string> v6;
  std::vector<std::string> v4;
};

std::string as_text(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* const bytes =
      address->sa_family == AF_INET
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(address)->sin_addr)
          : static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr);
  ::inet_ntop(address->sa_family, bytes, text.data(), text.size());
  return text.data();
}

void ask(const std::string& host, Lookup& lookup) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(host.c_str(), nullptr, &wanted, &found);
  const std::scoped_lock lock(lookup.mutex);
  lookup.failure = failure;
  for (const addrinfo* one = failure == 0 ? found : nullptr; one != nullptr; one = one->ai_next) {
    if (one->ai_family == AF_INET6) lookup.v6.push_back(as_text(one->ai_addr));
    if (one->ai_family == AF_INET) lookup.v4.push_back(as_text(one->ai_addr));
  }
  if (failure == 0) ::freeaddrinfo(found);
  lookup.done = true;
  lookup.finished.notify_all();
}

ConnectionError unknown_host(const std::string& host, int failure) {
  const bool temporary = failure == EAI_AGAIN;
  return {
      Failure::not_sent,
      fmt::format(
          "the host {} {}", shown(host),
          temporary ? "could not be looked up: DNS does not answer" : "has no address: DNS does not know it"),
      temporary ? "check the network connection and /etc/resolv.conf" : "check the spelling of the address"};
}

}  // namespace

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> ignored{};
  return ::inet_pton(AF_INET, host.c_str(), ignored.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), ignored.data()) == 1;
}

std::vector<std::string> look_up(const std::string& host, const Patience& patience) {
  constexpr auto slice = std::chrono::milliseconds(100);
  if (is_address(host)) return {host};
  if (host == "localhost") return {"127.0.0.1", "::1"};
  platform::prepare_host_lookup();
  const auto lookup = std::make_shared<Lookup>();
  std::thread([host, lookup] { ask(host, *lookup); }).detach();
  std::unique_lock lock(lookup->mutex);
  while (!lookup->done) {
    lookup->finished.wait_for(lock, slice);
    if (!lookup->done) patience();
  }
  std::vector<std::string> addresses;
  for (std::size_t i = 0; i < std::max(lookup->v6.size(), lookup->v4.size()); ++i) {
    if (i < lookup->v6.size()) addresses.push_back(lookup->v6[i]);
    if (i < lookup->v4.size()) addresses.push_back(lookup->v4[i]);
  }
  if (addresses.empty()) throw unknown_host(host, lookup->failure);
  return addresses;
}

}  // namespace corral::http

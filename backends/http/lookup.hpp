#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "backends/http/client.hpp"

namespace corral::http {

/// Waits in a loop: called again and again until it returns true; throws what ends the wait.
using Patience = std::function<void()>;

/// The addresses of a host as text, IPv6 and IPv4 in turn, in the order in which they are to be tried. An
/// address stands for itself, localhost for 127.0.0.1 and ::1; other names are looked up by the hosts file
/// and DNS, in a thread that is left alone when `patience` (called ten times a second) throws. Throws
/// ConnectionError (not_sent) if the name has no address.
std::vector<std::string> look_up(const std::string& host, const Patience& patience);

/// Whether a host is an IPv4 or IPv6 address (without brackets) and not a name.
bool is_address(const std::string& host);

}  // namespace corral::http

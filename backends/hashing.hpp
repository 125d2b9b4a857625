#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace corral {

using Sha256 = std::array<unsigned char, 32>;

/// SHA-256 (FIPS 180-4) of the bytes.
Sha256 sha256(std::string_view bytes);

/// HMAC-SHA-256 (RFC 2104) of the bytes under a key.
Sha256 hmac_sha256(std::span<const unsigned char> key, std::span<const unsigned char> bytes);

/// Lower-case hexadecimal.
std::string hex(std::span<const unsigned char> bytes);

/// Fills the span from the kernel's random generator. Throws io.
void fill_random(std::span<unsigned char> bytes);

/// `count` random bytes in lower-case hexadecimal.
std::string random_hex(std::size_t count);

}  // namespace corral

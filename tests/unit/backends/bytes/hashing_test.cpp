// Digests of "abc" and of a million times "a", as the standards print them (RFC 1321, FIPS 180-4's examples).
#include "backends/bytes/hashing.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace corral;

namespace {

std::string hash_of(HashKind kind, std::string_view bytes, std::size_t piece) {
  Hasher hasher(kind);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
    hasher.update(bytes.substr(0, piece));
  return hex(hasher.digest());
}

}  // namespace

TEST_CASE("digests are those of the standards, in whatever pieces the bytes come") {
  for (const std::size_t piece : {1U, 2U, 100U}) {
    CHECK(hash_of(HashKind::md5, "abc", piece) == "900150983cd24fb0d6963f7d28e17f72");
    CHECK(hash_of(HashKind::sha1, "abc", piece) == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(hash_of(HashKind::sha256, "abc", piece) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hash_of(HashKind::sha384, "abc", piece) ==
          "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
    CHECK(hash_of(HashKind::sha512, "abc", piece) ==
          "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
          "454d4423643ce80e2a9ac94fa54ca49f");
  }
  const std::string million(1'000'000, 'a');
  CHECK(hash_of(HashKind::md5, million, 4093) == "7707d6ae4e027c70eea2a935c2296f21");
  CHECK(hash_of(HashKind::sha1, million, 4093) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
  CHECK(hash_of(HashKind::sha256, million, 65'536) == hex(sha256(million)));
}

TEST_CASE("a hasher can be moved in mid-stream") {
  Hasher first(HashKind::md5);
  first.update("ab");
  Hasher second(std::move(first));
  second.update("c");
  CHECK(hex(second.digest()) == "900150983cd24fb0d6963f7d28e17f72");
}

TEST_CASE("hash kinds have R2's names") {
  for (const HashKind kind : hash_kinds) {
    CHECK(hash_kind_of(name_of(kind)) == kind);
    CHECK(Hasher(kind).digest().size() == digest_bytes(kind));
  }
  CHECK_FALSE(hash_kind_of("SHA256"));
  CHECK_FALSE(hash_kind_of("crc32"));
}

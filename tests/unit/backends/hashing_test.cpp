// Hashes of bytes that come piece by piece, beside what `printf abc | md5sum` and its like print.
#include "backends/hashing.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace corral;

TEST_CASE("hashes do not depend on how the bytes come") {
  struct Case {
    HashKind kind;
    const char* abc;
  };
  const Case cases[] = {
      {HashKind::md5, "900150983cd24fb0d6963f7d28e17f72"},
      {HashKind::sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {HashKind::sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {HashKind::sha384,
       "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
      {HashKind::sha512,
       "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
       "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
  };
  for (const Case& one : cases) {
    Hasher whole(one.kind);
    whole.update("abc");
    CHECK(hex(whole.digest()) == one.abc);
    Hasher pieces(one.kind);
    for (const char* const piece : {"a", "", "b", "c"}) pieces.update(piece);
    CHECK(hex(pieces.digest()) == one.abc);
    CHECK(hash_kind_of(name_of(one.kind)) == one.kind);
  }
  CHECK_FALSE(hash_kind_of("crc32"));
}

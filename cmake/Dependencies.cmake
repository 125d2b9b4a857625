# Debian's packages. Headers of others are SYSTEM includes, so that warnings are about corral alone.
find_package(Threads REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)

# Debian ships fmt as a shared library and as headers; compiling its one source file ourselves links it
# statically without paying for the header-only mode in every file.
add_library(corral_fmt STATIC "${CMAKE_CURRENT_LIST_DIR}/fmt.cpp")
target_include_directories(corral_fmt SYSTEM PUBLIC
  $<TARGET_PROPERTY:fmt::fmt-header-only,INTERFACE_INCLUDE_DIRECTORIES>)

find_path(LMDB_INCLUDE lmdb.h REQUIRED)
find_library(LMDB_LIBRARY NAMES liblmdb.a lmdb REQUIRED)
add_library(corral_lmdb_library INTERFACE)
target_include_directories(corral_lmdb_library SYSTEM INTERFACE "${LMDB_INCLUDE}")
target_link_libraries(corral_lmdb_library INTERFACE "${LMDB_LIBRARY}" Threads::Threads)

find_path(TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
add_library(corral_toml INTERFACE)
target_include_directories(corral_toml SYSTEM INTERFACE "${TOMLPLUSPLUS_INCLUDE}")

find_library(CRYPTO_STATIC NAMES libcrypto.a)
add_library(corral_crypto INTERFACE)
if(CRYPTO_STATIC)
  target_link_libraries(corral_crypto INTERFACE "${CRYPTO_STATIC}" Threads::Threads ${CMAKE_DL_LIBS})
else()
  target_link_libraries(corral_crypto INTERFACE OpenSSL::Crypto)
endif()

if(CORRAL_TESTS)
  find_package(doctest REQUIRED)
endif()

# Debian's packages. Headers of others are SYSTEM includes, so that warnings are about corral alone.
find_package(Threads REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto SSL)

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

find_path(LIBCSV_INCLUDE csv.h REQUIRED)
find_library(LIBCSV_LIBRARY NAMES libcsv.a csv REQUIRED)
add_library(corral_csv INTERFACE)
target_include_directories(corral_csv SYSTEM INTERFACE "${LIBCSV_INCLUDE}")
target_link_libraries(corral_csv INTERFACE "${LIBCSV_LIBRARY}")

# The line editor of `d1 shell`. Its static library needs two others, which the shared one brings along.
find_path(LIBEDIT_INCLUDE editline/readline.h histedit.h REQUIRED)
find_library(LIBEDIT_STATIC NAMES libedit.a)
find_library(LIBBSD_STATIC NAMES libbsd.a)
find_library(LIBMD_STATIC NAMES libmd.a)
find_library(TINFO_STATIC NAMES libtinfo.a)
add_library(corral_line_editor INTERFACE)
target_include_directories(corral_line_editor SYSTEM INTERFACE "${LIBEDIT_INCLUDE}")
if(APPLE)  # all but termcap is in libedit or in the system
  find_library(NCURSES_LIBRARY ncurses REQUIRED)
  target_link_libraries(corral_line_editor INTERFACE "${LIBEDIT_STATIC}" "${NCURSES_LIBRARY}")
elseif(LIBEDIT_STATIC AND LIBBSD_STATIC AND LIBMD_STATIC AND TINFO_STATIC)
  target_link_libraries(corral_line_editor INTERFACE
    "${LIBEDIT_STATIC}" "${TINFO_STATIC}" "${LIBBSD_STATIC}" "${LIBMD_STATIC}")
else()
  find_library(LIBEDIT_LIBRARY NAMES edit REQUIRED)
  target_link_libraries(corral_line_editor INTERFACE "${LIBEDIT_LIBRARY}")
endif()

# The archives of `state export`, the pages of bookmarks.
find_path(ZSTD_INCLUDE zstd.h REQUIRED)
find_library(ZSTD_LIBRARY NAMES libzstd.a zstd REQUIRED)
add_library(corral_zstd INTERFACE)
target_include_directories(corral_zstd SYSTEM INTERFACE "${ZSTD_INCLUDE}")
target_link_libraries(corral_zstd INTERFACE "${ZSTD_LIBRARY}")

# The XML of S3.
find_path(EXPAT_INCLUDE expat.h REQUIRED)
find_library(EXPAT_LIBRARY NAMES libexpat.a expat REQUIRED)
add_library(corral_expat INTERFACE)
target_include_directories(corral_expat SYSTEM INTERFACE "${EXPAT_INCLUDE}")
target_link_libraries(corral_expat INTERFACE "${EXPAT_LIBRARY}")

find_library(CRYPTO_STATIC NAMES libcrypto.a)
if(CRYPTO_STATIC)
  add_library(corral_crypto STATIC IMPORTED GLOBAL)
  set_target_properties(corral_crypto PROPERTIES IMPORTED_LOCATION "${CRYPTO_STATIC}")
  target_link_libraries(corral_crypto INTERFACE Threads::Threads ${CMAKE_DL_LIBS})
else()
  add_library(corral_crypto INTERFACE)
  target_link_libraries(corral_crypto INTERFACE OpenSSL::Crypto)
endif()

# HTTP and TLS: Boost.Beast over Asio, headers only, whose ordinary functions are compiled once, and OpenSSL.
find_library(SSL_STATIC NAMES libssl.a)
find_path(BEAST_INCLUDE boost/beast/http.hpp REQUIRED)
add_library(corral_beast STATIC "${CMAKE_CURRENT_LIST_DIR}/beast.cpp")
target_include_directories(corral_beast SYSTEM PUBLIC "${BEAST_INCLUDE}")
target_compile_definitions(corral_beast PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
if(APPLE)  # libc++ has no std::result_of in C++20, and Boost 1.74 does not see that there is something newer
  target_compile_definitions(corral_beast PUBLIC BOOST_ASIO_HAS_STD_INVOKE_RESULT)
endif()
if(SSL_STATIC AND CRYPTO_STATIC)
  # As a target, so that libcrypto comes after it on every command line: GNU ld looks back at nothing.
  add_library(corral_ssl STATIC IMPORTED GLOBAL)
  set_target_properties(corral_ssl PROPERTIES IMPORTED_LOCATION "${SSL_STATIC}")
  target_link_libraries(corral_ssl INTERFACE corral_crypto)
  target_link_libraries(corral_beast PUBLIC corral_ssl)
else()
  target_link_libraries(corral_beast PUBLIC OpenSSL::SSL)
endif()

if(CORRAL_TESTS)
  find_package(doctest REQUIRED)
endif()

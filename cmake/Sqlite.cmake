# corral_sqlite: SQLite 3.53.3 as D1 runs it, from the npm package that carries exactly that amalgamation,
# or the system's. The archive comes through `npm pack` and is checked by hash; nothing of it is committed.
set(CORRAL_SQLITE_PACKAGE better-sqlite3@13.0.0)
set(CORRAL_SQLITE_SHA256 05740b9b59faec55fa8fff99c4a5e4b166c96ff15700afac814d248babf477ce)
set(CORRAL_SQLITE_HEADER_SHA256 4ff81af4849acabc76fc8349abb926814395072617ca18e08800abf734ab7612)
set(CORRAL_DOWNLOADS "${CMAKE_SOURCE_DIR}/build/downloads" CACHE PATH "Where downloaded sources are kept")

function(corral_check_hash file expected)
  file(SHA256 "${file}" actual)
  if(NOT actual STREQUAL expected)
    file(REMOVE "${file}")
    message(FATAL_ERROR "${file} has SHA-256 ${actual}, expected ${expected}; it was removed")
  endif()
endfunction()

function(corral_fetch_sqlite folder)
  if(NOT EXISTS "${folder}/sqlite3.c")
    message(STATUS "Fetching SQLite 3.53.3 (npm pack ${CORRAL_SQLITE_PACKAGE})")
    find_program(NPM npm REQUIRED)
    file(MAKE_DIRECTORY "${folder}")
    execute_process(COMMAND "${NPM}" pack --silent ${CORRAL_SQLITE_PACKAGE} WORKING_DIRECTORY "${folder}"
      OUTPUT_VARIABLE archive OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
    if(failed)
      message(FATAL_ERROR "npm pack ${CORRAL_SQLITE_PACKAGE} failed; is the npm registry reachable? "
        "-DCORRAL_SQLITE=system builds with the system's SQLite instead")
    endif()
    file(ARCHIVE_EXTRACT INPUT "${folder}/${archive}" DESTINATION "${folder}/unpacked"
      PATTERNS "package/deps/sqlite3/*")
    file(RENAME "${folder}/unpacked/package/deps/sqlite3/sqlite3.h" "${folder}/sqlite3.h")
    file(RENAME "${folder}/unpacked/package/deps/sqlite3/sqlite3.c" "${folder}/sqlite3.c")
    file(REMOVE_RECURSE "${folder}/unpacked" "${folder}/${archive}")
  endif()
  corral_check_hash("${folder}/sqlite3.c" ${CORRAL_SQLITE_SHA256})
  corral_check_hash("${folder}/sqlite3.h" ${CORRAL_SQLITE_HEADER_SHA256})
endfunction()

# Lets SQLite count the rows that a statement visits and writes (docs/decisions/0006-sqlite-counts-rows.md).
function(corral_patch_sqlite folder patched)
  set(changes "${CMAKE_SOURCE_DIR}/cmake/sqlite-row-counts.patch")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${changes}")
  if("${folder}/sqlite3.c" IS_NEWER_THAN "${patched}" OR "${changes}" IS_NEWER_THAN "${patched}")
    find_program(PATCH patch REQUIRED)
    execute_process(COMMAND "${PATCH}" --quiet -o "${patched}" "${folder}/sqlite3.c" "${changes}"
      RESULT_VARIABLE failed OUTPUT_VARIABLE words ERROR_VARIABLE words)
    if(failed)
      file(REMOVE "${patched}")
      message(FATAL_ERROR "${changes} does not fit ${folder}/sqlite3.c: ${words}")
    endif()
  endif()
endfunction()

if(CORRAL_SQLITE STREQUAL "system")
  find_package(SQLite3 REQUIRED)
  message(NOTICE "corral: using the system's SQLite ${SQLite3_VERSION}. D1 runs 3.53.3: functions, error "
    "messages and query plans of d1 commands follow the older version.")
  find_library(SQLITE_STATIC NAMES libsqlite3.a)
  add_library(corral_sqlite INTERFACE)
  if(SQLITE_STATIC AND CORRAL_STATIC)
    target_link_libraries(corral_sqlite INTERFACE "${SQLITE_STATIC}" m z Threads::Threads ${CMAKE_DL_LIBS})
  else()
    target_link_libraries(corral_sqlite INTERFACE SQLite::SQLite3)
  endif()
else()
  set(sqlite_folder "${CORRAL_DOWNLOADS}/sqlite-3.53.3")
  corral_fetch_sqlite("${sqlite_folder}")
  corral_patch_sqlite("${sqlite_folder}" "${CMAKE_BINARY_DIR}/sqlite3-counting-rows.c")
  add_library(corral_sqlite STATIC "${CMAKE_BINARY_DIR}/sqlite3-counting-rows.c")
  target_include_directories(corral_sqlite SYSTEM PUBLIC "${sqlite_folder}")
  # D1's options first (docs/reference/d1.md), then sqlite_dbpage for page images, then what a single-threaded command-line program needs less of.
  target_compile_definitions(corral_sqlite PRIVATE
    SQLITE_ENABLE_FTS5 SQLITE_ENABLE_NORMALIZE SQLITE_ENABLE_MATH_FUNCTIONS SQLITE_ENABLE_RTREE
    SQLITE_ENABLE_UPDATE_DELETE_LIMIT SQLITE_DEFAULT_FOREIGN_KEYS=1 SQLITE_OMIT_SHARED_CACHE
    SQLITE_ENABLE_DBPAGE_VTAB SQLITE_THREADSAFE=2 SQLITE_OMIT_LOAD_EXTENSION HAVE_USLEEP=1
    SQLITE_DEFAULT_MEMSTATUS=0 SQLITE_DEFAULT_PCACHE_INITSZ=0 SQLITE_DEFAULT_LOOKASIDE=1200,40)
  target_compile_definitions(corral_sqlite PUBLIC CORRAL_SQLITE_COUNTS_ROWS CORRAL_SQLITE_HAS_PAGES)
  target_compile_options(corral_sqlite PRIVATE -w $<$<CONFIG:Debug>:-O1>)
  target_link_libraries(corral_sqlite PUBLIC m Threads::Threads)
endif()

# What `corral --version --json` says of a build: the commit, and the wrangler that ./dev test runs beside it.
set(CORRAL_COMMIT "" CACHE STRING "The commit that is built; empty: as git says, at each build")

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/dev")
file(STRINGS "${CMAKE_SOURCE_DIR}/dev" CORRAL_TESTED_WRANGLER REGEX "^WRANGLER_VERSION=")
string(REPLACE "WRANGLER_VERSION=" "" CORRAL_TESTED_WRANGLER "${CORRAL_TESTED_WRANGLER}")

# Adds to `target` a source that defines corral_commit(), written again only when the commit has changed.
function(corral_add_commit target)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/commit.cpp")
  add_custom_target(corral_commit
    COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${source}" "-DCOMMIT=${CORRAL_COMMIT}" "-DSOURCE=${CMAKE_SOURCE_DIR}"
      -P "${CMAKE_SOURCE_DIR}/cmake/write_commit.cmake"
    BYPRODUCTS "${source}"
    COMMENT "Looking up the commit"
    VERBATIM)
  add_dependencies(${target} corral_commit)
  target_sources(${target} PRIVATE "${source}")
endfunction()

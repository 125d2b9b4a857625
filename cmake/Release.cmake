# What `corral --version --json` says of a build: the commit, and the versions of wrangler that it is tested with.
set(CORRAL_COMMIT "" CACHE STRING "The commit that is built; empty: as git says, at each build")

# In C++, the versions as strings with commas between.
set(wranglers "${CMAKE_SOURCE_DIR}/tests/wranglers.txt")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${wranglers}")
file(STRINGS "${wranglers}" CORRAL_TESTED_WRANGLERS REGEX "^[0-9]")
list(TRANSFORM CORRAL_TESTED_WRANGLERS REPLACE ".+" "\"\\0\"")
list(JOIN CORRAL_TESTED_WRANGLERS "," CORRAL_TESTED_WRANGLERS)

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

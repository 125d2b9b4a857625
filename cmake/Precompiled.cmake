# The headers that most files include, parsed once for all targets: they take most of the time that a file
# needs. Only what is quick to load belongs here; a heavy header that few files need costs all others more.
set(precompiled <fmt/format.h>
  <algorithm> <filesystem> <functional> <map> <memory> <optional> <string> <variant> <vector>)
add_library(corral_precompiled OBJECT "${CMAKE_CURRENT_LIST_DIR}/precompiled.cpp")
target_link_libraries(corral_precompiled PRIVATE corral_options corral_fmt)
target_precompile_headers(corral_precompiled PRIVATE ${precompiled})

# The same for tests.
if(CORRAL_TESTS)
  add_library(corral_precompiled_tests OBJECT "${CMAKE_CURRENT_LIST_DIR}/precompiled.cpp")
  target_link_libraries(corral_precompiled_tests PRIVATE corral_options corral_fmt doctest::doctest)
  target_precompile_headers(corral_precompiled_tests PRIVATE
    <doctest/doctest.h>
    <algorithm> <filesystem> <fstream> <functional> <map> <memory> <optional> <string> <vector>)
endif()

# corral_precompile(TARGET [HEADER...]): a target with headers of its own gets a precompiled header of its own, too.
function(corral_precompile target)
  if(ARGN)
    target_precompile_headers(${target} PRIVATE ${precompiled} ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM corral_precompiled)
  endif()
endfunction()

# corral_compile_together(TARGET [EXCEPT REGEX]): eight files of the target are compiled as one, so that the templates that
# all of them use are instantiated once. Names in their unnamed namespaces have to differ; files with a line that matches
# REGEX, whose names recur on purpose, are compiled by themselves.
function(corral_compile_together target)
  if(NOT CORRAL_TOGETHER)
    return()
  endif()
  cmake_parse_arguments(TOGETHER "" "EXCEPT" "" ${ARGN})
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  # GCC takes a file that another includes for a header, where a member's type from an unnamed namespace would be a fault.
  target_compile_options(${target} PRIVATE
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage>)
  if(TOGETHER_EXCEPT)
    get_target_property(sources ${target} SOURCES)
    foreach(source IN LISTS sources)
      get_filename_component(file "${source}" ABSOLUTE)
      file(STRINGS "${file}" matches REGEX "${TOGETHER_EXCEPT}" LIMIT_COUNT 1)
      if(matches)
        set_source_files_properties("${source}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
      endif()
    endforeach()
  endif()
endfunction()

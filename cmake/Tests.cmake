# corral_test_program(TARGET SOURCES FILE... [DEPENDS LIBRARY...] [PRECOMPILED HEADER...]): a program of doctest's tests,
# which sees tests/ as "tests/...". PRECOMPILED: precompiled instead of the headers that all tests share.
function(corral_test_program target)
  cmake_parse_arguments(TEST "" "" "SOURCES;DEPENDS;PRECOMPILED" ${ARGN})
  add_executable(${target} ${TEST_SOURCES})
  target_include_directories(${target} PRIVATE "${CMAKE_BINARY_DIR}/layers/tests")
  target_link_libraries(${target} PRIVATE ${TEST_DEPENDS} corral_doctest_main corral_options)
  if(TEST_PRECOMPILED)
    target_precompile_headers(${target} PRIVATE ${TEST_PRECOMPILED})
  else()
    target_precompile_headers(${target} REUSE_FROM corral_precompiled_tests)
  endif()
  corral_compile_together(${target})
  # In large files GCC 12 falsely reports that strings are copied out of bounds where two are put together.
  target_compile_options(${target} PRIVATE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds> $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>)
endfunction()

corral_offer_folder(tests)

# doctest itself, compiled once for all programs.
add_library(corral_doctest_main OBJECT "${CMAKE_SOURCE_DIR}/tests/main.cpp")
target_link_libraries(corral_doctest_main PRIVATE corral_options PUBLIC doctest::doctest)

# What every target of the project is compiled with.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

add_library(corral_options INTERFACE)
target_compile_options(corral_options INTERFACE
  -Wall -Wextra -Wpedantic
  # Names that another file declares are no fault of a file that is compiled together with it (corral_compile_together).
  $<$<NOT:$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wshadow>
  -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual -Wdouble-promotion
  $<$<BOOL:${CORRAL_WERROR}>:-Werror>)

# A release holds only what something calls.
if(NOT APPLE)
  add_compile_options($<$<CONFIG:Release>:-ffunction-sections> $<$<CONFIG:Release>:-fdata-sections>)
  add_link_options($<$<CONFIG:Release>:-Wl,--gc-sections>)
endif()

if(CORRAL_SANITIZE)
  add_compile_options(-fsanitize=${CORRAL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CORRAL_SANITIZE})
  set(CORRAL_STATIC OFF)
endif()
if(CORRAL_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()

find_program(CORRAL_CCACHE ccache)
if(CORRAL_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CORRAL_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CORRAL_CCACHE})
endif()

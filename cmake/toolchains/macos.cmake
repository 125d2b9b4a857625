# What both toolchains for macOS share: compiler and libraries in `macos_folder`, and nothing of this machine's.
if(NOT EXISTS "${macos_folder}/recipe")
  message(FATAL_ERROR "${macos_folder} is not there: run packaging/macos/dependencies.sh first, or ./dev package")
endif()
set(CMAKE_C_COMPILER "${macos_folder}/bin/clang")
set(CMAKE_CXX_COMPILER "${macos_folder}/bin/clang++")
# Boost's headers name their files in what they throw; the program is not to depend on where it was built.
set(CMAKE_CXX_FLAGS_INIT "-fmacro-prefix-map=${macos_folder}/=")
set(CMAKE_AR "${macos_folder}/bin/ar" CACHE FILEPATH "")
set(CMAKE_RANLIB "${macos_folder}/bin/ranlib" CACHE FILEPATH "")
# CMake looks for it although nothing is installed with it.
set(CMAKE_INSTALL_NAME_TOOL "${CMAKE_COMMAND}" CACHE FILEPATH "")
set(CMAKE_OSX_SYSROOT "" CACHE STRING "")  # the compiler knows where its headers are
set(CMAKE_FIND_ROOT_PATH "${macos_folder}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_LIBDIR} "${macos_folder}/lib/pkgconfig")

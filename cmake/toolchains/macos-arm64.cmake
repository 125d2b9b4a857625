# macOS 11 or later on Macs with Apple's processors, with what packaging/macos/dependencies.sh has built (./dev package runs it).
set(CMAKE_SYSTEM_NAME Darwin)
set(CMAKE_SYSTEM_PROCESSOR arm64)
get_filename_component(macos_folder "${CMAKE_CURRENT_LIST_DIR}/../../build/macos/arm64" ABSOLUTE)
include("${CMAKE_CURRENT_LIST_DIR}/macos.cmake")

# A layer is a static library whose sources include headers as "<layer>/<file>.hpp". Each layer offers its
# own folder under that name and nothing else, so an include of a layer that is not linked does not compile.
#
#   corral_layer(NAME corral_commands FOLDER commands SOURCES a.cpp b.cpp DEPENDS corral_backends)
#
# PRECOMPILED: headers that most of its sources include, precompiled together with those that all layers share.
function(corral_offer_folder folder)
  set(root "${CMAKE_BINARY_DIR}/layers/${folder}")
  get_filename_component(parent "${root}/${folder}" DIRECTORY)
  file(MAKE_DIRECTORY "${parent}")
  if(NOT EXISTS "${root}/${folder}")
    file(CREATE_LINK "${CMAKE_SOURCE_DIR}/${folder}" "${root}/${folder}" SYMBOLIC)
  endif()
endfunction()

function(corral_layer)
  cmake_parse_arguments(LAYER "" "NAME;FOLDER" "SOURCES;DEPENDS;PRIVATE_DEPENDS;PRECOMPILED" ${ARGN})
  corral_offer_folder(${LAYER_FOLDER})
  add_library(${LAYER_NAME} STATIC ${LAYER_SOURCES})
  target_include_directories(${LAYER_NAME} PUBLIC "${CMAKE_BINARY_DIR}/layers/${LAYER_FOLDER}")
  target_link_libraries(${LAYER_NAME} PUBLIC ${LAYER_DEPENDS} PRIVATE corral_options ${LAYER_PRIVATE_DEPENDS})
  corral_precompile(${LAYER_NAME} ${LAYER_PRECOMPILED})
endfunction()

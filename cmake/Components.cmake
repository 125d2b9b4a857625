# What is linked into the binary, for `corral licenses`: packaging/licenses/components.json with the versions that
# this build links, and the texts. Writes linked_components.cpp when the build is configured.
function(corral_write_components output)
  set(folder "${CMAKE_SOURCE_DIR}/packaging/licenses")
  file(READ "${folder}/components.json" components)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${folder}/components.json")
  find_program(DPKG_QUERY dpkg-query)
  set(entries "")
  set(texts "")
  set(seen "")
  string(JSON count LENGTH "${components}")
  math(EXPR last "${count} - 1")
  foreach(i RANGE ${last})
    string(JSON name GET "${components}" ${i} name)
    string(JSON license GET "${components}" ${i} license)
    string(JSON homepage GET "${components}" ${i} homepage)
    string(JSON version ERROR_VARIABLE no_version GET "${components}" ${i} version)
    string(JSON package ERROR_VARIABLE no_package GET "${components}" ${i} package)
    # Of one system only; and for macOS, libraries are built from Debian's source packages.
    string(JSON system ERROR_VARIABLE any_system GET "${components}" ${i} system)
    if(NOT any_system AND NOT system STREQUAL CMAKE_SYSTEM_NAME)
      continue()
    endif()
    string(JSON source ERROR_VARIABLE no_source GET "${components}" ${i} source)
    if(name STREQUAL "SQLite" AND CORRAL_SQLITE STREQUAL "system")
      set(version "${SQLite3_VERSION}")
    endif()
    if(no_package)
      set(package "")
    elseif(APPLE AND NOT no_source)
      set(package "${source}")
      file(STRINGS "${CMAKE_SOURCE_DIR}/packaging/macos/sources.txt" version REGEX "^${source} ")
      string(REGEX REPLACE "^[^ ]+ +([^ ]+) .*" "\\1" version "${version}")
    else()
      set(version "")
      if(DPKG_QUERY)
        execute_process(COMMAND "${DPKG_QUERY}" -W -f "\${Version}\\n" "${package}"
          OUTPUT_VARIABLE version ERROR_QUIET)
        string(REGEX REPLACE "\n.*" "" version "${version}")
      endif()
    endif()
    set(names "")
    string(JSON text_count LENGTH "${components}" ${i} texts)
    math(EXPR last_text "${text_count} - 1")
    foreach(j RANGE ${last_text})
      string(JSON text GET "${components}" ${i} texts ${j})
      string(APPEND names "\"${text}\", ")
      if(NOT text IN_LIST seen)
        list(APPEND seen "${text}")
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${folder}/${text}.txt")
        file(READ "${folder}/${text}.txt" content)
        string(APPEND texts "    {\"${text}\", R\"license-text(${content})license-text\"},\n")
      endif()
    endforeach()
    string(APPEND entries
      "    {\"${name}\", \"${version}\", \"${license}\", \"${homepage}\", \"${package}\", {${names}}},\n")
  endforeach()
  file(CONFIGURE OUTPUT "${output}" CONTENT [[
// Written by cmake/Components.cmake.
#include "commands/licenses/linked_components.hpp"

namespace corral {

const std::vector<LinkedComponent>& linked_components() {
  static const std::vector<LinkedComponent> all{
@entries@  };
  return all;
}

const std::vector<LicenseText>& license_texts() {
  static const std::vector<LicenseText> all{
@texts@  };
  return all;
}

}  // namespace corral
]] @ONLY)
endfunction()

# cmake -DOUTPUT=FILE -DCOMMIT=... -DSOURCE=DIR -P write_commit.cmake
if(NOT COMMIT)
  # A tree that differs from its commit is marked, so that a report never names code that nobody else has.
  execute_process(COMMAND git -C "${SOURCE}" describe --always --dirty --abbrev=40 --exclude=*
    OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT [[
#include "cli/build_info.hpp"

namespace corral {

std::string_view program_commit() {
  return "@COMMIT@";
}

}  // namespace corral
]] @ONLY)

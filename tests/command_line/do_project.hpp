#pragma once

#include "tests/command_line/shell.hpp"

namespace corral::testing {

/// A project with the class Counter of the script dodemo, bound as COUNTER.
inline void write_do_project(const Shell& shell) {
  shell.write("wrangler.jsonc", R"({"name":"dodemo",
      "durable_objects":{"bindings":[{"name":"COUNTER","class_name":"Counter"},
        {"name":"FOREIGN","class_name":"Room","script_name":"other"}]},
      "migrations":[{"tag":"v1","new_sqlite_classes":["Counter"]}],
      "env":{"prod":{"durable_objects":{"bindings":[{"name":"COUNTER","class_name":"Counter"}]}}}})");
}

}  // namespace corral::testing

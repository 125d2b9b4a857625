#pragma once

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"
#include "tests/has.hpp"

namespace corral::testing {

using Words = std::vector<std::string>;

/// A project with one database, "db".
class Project : public Shell {
 public:
  Project() { corral({"d1", "create", "db"}); }

  ProcessResult migrations(Words words) {
    words.insert(words.begin(), {"d1", "migrations"});
    return corral(std::move(words));
  }
  std::string rows(const std::string& sql) {
    return corral({"d1", "execute", "db", "--command", sql, "--format", "raw"}).out;
  }
  /// Applies all, without a bookmark, and expects a status.
  std::string apply(int status = 0) {
    const ProcessResult result = migrations({"apply", "db", "--no-backup"});
    CHECK(result.status == status);
    return result.err;
  }
  /// "0001_a.sql=applied 0002_b.sql=pending"
  std::string states() {
    std::string states;
    for (const nlohmann::json& one : nlohmann::json::parse(migrations({"status", "db"}).out)) {
      states += (states.empty() ? "" : " ") + one["name"].get<std::string>() + "=" +
                one["state"].get<std::string>();
    }
    return states;
  }
};

}  // namespace corral::testing

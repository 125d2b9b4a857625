#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "migrations/schema.hpp"

namespace corral::migrations {

/// Makes an empty database (SqlBackend::scratch).
using MakeScratch = std::function<std::unique_ptr<SqlDatabase>()>;

struct SchemaChange {
  std::vector<std::string> statements;  ///< without their ';'
  std::vector<std::string> rebuilt;  ///< tables that are made anew, because ALTER TABLE cannot change them so
  bool is_proved = false;            ///< they were run on the old schema and gave the new one
};

/// The statements that turn one schema into another, keeping the rows of what stays. Tables are altered where
/// that gives exactly the new definition, otherwise made anew with the columns that both have.
SchemaChange schema_change(const Schema& from, const Schema& to, const MakeScratch& make_scratch);

/// The statements that make a schema in an empty database: tables, then indexes, views and triggers.
std::vector<std::string> schema_statements(const Schema& schema);

}  // namespace corral::migrations

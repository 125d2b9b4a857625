#include "commands/state/transfer/d1_push.hpp"

#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/sql_text/literal.hpp"
#include "commands/d1/time_travel/bookmarks.hpp"
#include "commands/state/transfer/d1_transfer.hpp"
#include "migrations/apply.hpp"

namespace corral::state {

namespace {

using sql_copy::RowDifference;
using sql_copy::RowMatch;
using sql_copy::TableLayout;
using Change = StateDifference::Change;

void append_value(std::string& sql, const SqlValue& value) {
  switch (value.type) {
    case SqlType::null: sql += "NULL"; break;
    case SqlType::integer: sql::append_integer(sql, value.integer); break;
    case SqlType::real: sql::append_real(sql, value.real); break;
    case SqlType::text: sql::append_text(sql, value.bytes); break;
    case SqlType::blob: sql::append_blob(sql, value.bytes); break;
  }
}

/// WHERE and what identifies a row of the account.
std::string where_of(const TableLayout& table, RowMatch match, const sql_copy::OrderedRows::Row& row) {
  std::string sql = " WHERE ";
  if (match != RowMatch::primary_key) {
    sql += table.rowid + " = ";
    append_value(sql, row.rowid);
    return sql;
  }
  const char* between = "";
  for (const std::size_t column : table.primary_key) {
    sql += between + sql::quoted_name(table.columns[column]) + " = ";
    append_value(sql, row.values[column]);
    between = " AND ";
  }
  return sql;
}

std::string insertion(const TableLayout& table, const sql_copy::OrderedRows::Row& row) {
  // FTS5's rowid is what other tables refer to, and no column of it.
  const bool with_rowid = table.virtual_table && table.virtual_table->module == "fts5";
  std::string names = with_rowid ? table.rowid : "";
  std::string values;
  if (with_rowid) append_value(values, row.rowid);
  for (std::size_t i = 0; i < row.values.size(); ++i) {
    names += (names.empty() ? "" : ", ") + sql::quoted_name(table.columns[i]);
    if (!values.empty()) values += ", ";
    append_value(values, row.values[i]);
  }
  return fmt::format("INSERT INTO {} ({}) VALUES ({});\n", sql::quoted_name(table.name), names, values);
}

std::string update(const TableLayout& table, RowMatch match, const RowDifference& row) {
  std::string sql = fmt::format("UPDATE {} SET ", sql::quoted_name(table.name));
  const char* between = "";
  for (const std::size_t column : row.columns) {
    sql += between + sql::quoted_name(table.columns[column]) + " = ";
    append_value(sql, row.first->values[column]);
    between = ", ";
  }
  return sql + where_of(table, match, *row.second) + ";\n";
}

class NoStatements final : public sql::StatementSource {
 public:
  bool next(sql::ScriptStatement& /*statement*/) override { return false; }
};

class FileSink final : public ByteSink {
 public:
  explicit FileSink(int file) : file_(file) {}
  void write(std::string_view bytes) override { write_fully(file_, bytes, "a temporary file"); }

 private:
  int file_;
};

}  // namespace

D1Push::D1Push(Context& context, const TransferOptions& options, const TransferResource& resource)
    : context_(context), options_(options), resource_(resource), comparison_(context, options, resource) {
  if (binding_of(context, resource) != nullptr) {
    target_.emplace();
    target_->name = resource.account_id;
    target_->state = options.account;
  }
}

TransferCounts D1Push::plan(const ResourceTransfer::Visit& visit) {
  is_whole_ = comparison_.is_account_empty();
  if (is_whole_) {
    comparison_.compare_schemas(visit);
    counts_ = comparison_.counts();
  } else {
    plan_migrations(visit);
    plan_rows(visit);
    counts_.added += comparison_.counts().added;
    counts_.changed += comparison_.counts().changed;
    if (options_.with_deletions) counts_.removed += comparison_.counts().removed;
    warn_of_the_rest();
  }
  counts_.bytes = std::nullopt;
  return counts_;
}

void D1Push::plan_migrations(const ResourceTransfer::Visit& visit) {
  if (!target_) return;
  d1::MigrationProject project(context_, *target_);
  std::error_code missing;
  if (!std::filesystem::is_directory(project.folder().folder, missing)) return;
  pending_ = migrations::plan(project.status(), {});
  for (const migrations::MigrationFile& file : pending_) {
    ++counts_.added;
    StateDifference difference;
    difference.service = StateService::d1;
    difference.what = "migration";
    difference.item = file.name;
    difference.change = Change::added;
    visit(difference);
  }
}

void D1Push::plan_rows(const ResourceTransfer::Visit& visit) {
  if (options_.data.empty()) return;
  comparison_.compare_rows(options_.data, visit,
                           [this](const TableLayout& table, RowMatch match, const RowDifference& row) {
                             write_row(table, match, row);
                           });
}

void D1Push::write_row(const TableLayout& table, RowMatch match, const RowDifference& row) {
  switch (row.change) {
    case Change::added: upserts_.write(insertion(table, *row.first)); break;
    case Change::changed: upserts_.write(update(table, match, row)); break;
    case Change::removed:
      if (!options_.with_deletions) return;
      deletions_.write(fmt::format("DELETE FROM {}{};\n", sql::quoted_name(table.name),
                                   where_of(table, match, *row.second)));
  }
  ++rows_;
}

void D1Push::warn_of_the_rest() {
  D1Comparison schemas(context_, options_, resource_);
  schemas.compare_schemas([](const StateDifference&) {});
  if (schemas.counts().any_difference() && pending_.empty()) {
    context_.out().warning(fmt::format(
        "the schema of D1 database \"{}\" in the account differs and is left so: a push changes it by "
        "migrations ('corral d1 schema diff {} --remote' prints the SQL)",
        shown(resource_.name()), shown(resource_.name())));
  }
  if (options_.data.empty()) {
    context_.out().note(
        fmt::format("D1 database \"{}\" in the account is not empty: its rows are left as they "
                    "are, but for tables that --data names",
                    shown(resource_.name())));
  }
}

void D1Push::import(RereadableInput script) {
  std::optional<RereadableInput> input(std::move(script));
  const SqlText source{.text = {},
                       .file = [&] { return std::make_unique<RereadableInput>(*std::exchange(input, {})); }};
  NoStatements none;
  NoResults results;
  comparison_.account().run(
      {.statements = none, .pulse = [this] { context_.check_interrupt(); }, .source = &source}, results);
}

void D1Push::push_everything() {
  FileDescriptor file = make_nameless_file();
  FileSink sink(file.get());
  const std::unique_ptr<Progress> progress =
      context_.out().progress("Pushing rows of " + shown(resource_.name()), 0, ProgressUnit::items);
  comparison_.local().dump(
      {.pulse =
           [&](std::uint64_t rows) {
             context_.check_interrupt();
             progress->update(rows);
           },
       .warn = [this](const std::string& sentence) { context_.out().warning(sentence); }},
      sink);
  RereadableInput script(std::move(file), "the dump of " + resource_.name());
  counts_.bytes = script.size();
  import(std::move(script));
}

void D1Push::apply_migrations() {
  d1::MigrationProject project(context_, *target_);
  project.lock();
  const std::vector<migrations::MigrationFile> files =
      migrations::plan(project.status(d1::MigrationProject::Purpose::apply), {});
  project.open_for_writing();
  migrations::apply(project.run("applied"), files, {});
}

void D1Push::push_rows() {
  FileDescriptor file = make_nameless_file();
  FileSink sink(file.get());
  sink.write("PRAGMA defer_foreign_keys=TRUE;\n");
  deletions_.release(sink);
  upserts_.release(sink);
  RereadableInput script(std::move(file), "the rows for " + resource_.name());
  counts_.bytes = script.size();
  import(std::move(script));
}

TransferCounts D1Push::run() {
  d1::Database database;
  database.id = resource_.account_id;
  database.name = resource_.name();
  const auto bookmark = d1::require_bookmark_before(context_, options_.account, database, "state push");
  const auto tell_way_back = [&] {
    if (bookmark)
      context_.out().note("the way back: " +
                          d1::way_back(context_, options_.account, database.name, *bookmark));
  };
  try {
    if (is_whole_) {
      push_everything();
    } else {
      if (!pending_.empty()) apply_migrations();
      if (rows_ > 0) push_rows();
    }
  } catch (...) {
    tell_way_back();
    throw;
  }
  tell_way_back();
  return counts_;
}

}  // namespace corral::state

#include <cmath>
#include <cstdint>

#include "backends/sql_copy/row_comparison.hpp"

namespace corral::sql_copy {

namespace {

/// NULL, numbers, text, blobs (sqlite.org/datatype3.html, "Sort Order").
int rank_of(SqlType type) {
  switch (type) {
    case SqlType::null: return 0;
    case SqlType::integer:
    case SqlType::real: return 1;
    case SqlType::text: return 2;
    case SqlType::blob: return 3;
  }
  return 0;
}

int sign(auto a, auto b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/// Exact, although not every integer is a double.
int compare_integer_real(std::int64_t integer, double real) {
  constexpr double beyond = 9223372036854775808.0;  // 2^63
  if (real >= beyond) return -1;
  if (real < -beyond) return 1;
  const double whole = std::trunc(real);
  const int order = sign(integer, static_cast<std::int64_t>(whole));
  return order != 0 ? order : sign(0.0, real - whole);
}

}  // namespace

int compare_values(const SqlValue& a, const SqlValue& b) {
  if (rank_of(a.type) != rank_of(b.type)) return sign(rank_of(a.type), rank_of(b.type));
  if (a.type == SqlType::null) return 0;
  if (a.type == SqlType::text || a.type == SqlType::blob) {
    const int order = a.bytes.compare(b.bytes);  // as unsigned bytes
    return sign(order, 0);
  }
  if (a.type == b.type) {
    return a.type == SqlType::integer ? sign(a.integer, b.integer) : sign(a.real, b.real);
  }
  return a.type == SqlType::integer ? compare_integer_real(a.integer, b.real)
                                    : -compare_integer_real(b.integer, a.real);
}

}  // namespace corral::sql_copy

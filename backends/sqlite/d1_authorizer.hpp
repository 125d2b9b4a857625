#pragma once

#include <string>
#include <string_view>

struct sqlite3;

namespace corral::sqlite {

/// Restricts one open connection to D1's dialect (docs/reference/d1.md, "The dialect"): its limits, DEFENSIVE
/// mode, and an authorizer that rejects functions, pragmas, statements and names at prepare time. All user
/// SQL for D1 goes through it. Must live as long as the connection.
class D1Dialect {
 public:
  explicit D1Dialect(sqlite3* database);
  D1Dialect(const D1Dialect&) = delete;
  D1Dialect& operator=(const D1Dialect&) = delete;

  /// While alive, corral's own statements are prepared without restrictions.
  class Pause {
   public:
    explicit Pause(D1Dialect* dialect)
        : dialect_(dialect), was_active_(dialect != nullptr && dialect->active_) {
      if (dialect_ != nullptr) dialect_->active_ = false;
    }
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;
    ~Pause() {
      if (dialect_ != nullptr) dialect_->active_ = was_active_;
    }

   private:
    D1Dialect* dialect_;
    bool was_active_;
  };

  /// The alternative to suggest for what the last prepared statement was rejected for; empty if it was not
  /// rejected here.
  [[nodiscard]] const std::string& instead() const noexcept { return instead_; }
  void forget_refusal() { instead_.clear(); }

 private:
  static int authorize(void* dialect, int action, const char* first, const char* second, const char* schema,
                       const char* trigger) noexcept;
  int refuse(std::string instead);
  int check(int action, std::string_view first, std::string_view second, bool has_second);
  int check_name(std::string_view name);
  int check_pragma(std::string_view name, std::string_view argument, bool has_argument);

  bool active_ = true;
  std::string instead_;
};

}  // namespace corral::sqlite

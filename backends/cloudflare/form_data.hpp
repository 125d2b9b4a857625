#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace corral::cloudflare {

/// A body of type multipart/form-data (RFC 7578).
class FormData {
 public:
  FormData();

  /// `filename`: makes it a file of type application/octet-stream. Neither name may hold '"' or line breaks.
  void add(std::string_view name, std::string_view content, std::optional<std::string_view> filename = {});

  /// The type of the body, with its boundary.
  [[nodiscard]] std::string content_type() const;

  /// The body. Nothing can be added any more.
  std::string finish();

 private:
  std::string boundary_;
  std::string body_;
};

}  // namespace corral::cloudflare

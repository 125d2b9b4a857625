#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"

namespace corral::serve::rest {

/// Reads a body of type multipart/form-data (RFC 7578) part by part as a stream, in constant memory. Throws
/// Error (invalid_input) for a malformed body, also one that ends too early.
class FormReader {
 public:
  /// The boundary that a Content-Type names; nullopt: it is no multipart/form-data, or names none of 1 to 70
  /// characters.
  static std::optional<std::string> boundary_of(std::string_view content_type);

  /// `body` must outlive it.
  FormReader(ByteSource& body, std::string_view boundary);

  /// Moves to the next part, past what is left of this one; false: that was the last.
  bool next();

  /// The name of the present part's field.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// The content of the present part, to be read before `next`.
  [[nodiscard]] ByteSource& content() noexcept { return content_; }

 private:
  class Content final : public ByteSource {
   public:
    explicit Content(FormReader& form) : form_(form) {}
    std::size_t read(std::span<char> buffer) override { return form_.read_content(buffer); }

   private:
    FormReader& form_;
  };

  bool fill();
  void require(std::size_t bytes);
  std::string take_line(std::size_t limit);
  std::size_t read_content(std::span<char> buffer);
  bool after_boundary();

  ByteSource& body_;
  std::string delimiter_;  ///< "\r\n--" and the boundary
  std::string buffer_;
  std::size_t at_ = 0;
  bool ended_ = false;  ///< of the body
  bool begun_ = false;
  bool in_part_ = false;
  std::string name_;
  Content content_{*this};
};

}  // namespace corral::serve::rest

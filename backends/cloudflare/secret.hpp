#pragma once

#include <string>
#include <utility>

namespace corral::cloudflare {

/// Text that must not be shown: a token, a key. It has no operator<<, no formatter and no conversion, so that
/// printing one does not compile; its memory is wiped when it goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&& other) noexcept {
    wipe();
    std::swap(text_, other.text_);
    return *this;
  }
  ~Secret() { wipe(); }

  /// The text itself, for the request or the file that it belongs in and for nothing else.
  [[nodiscard]] const std::string& reveal() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

 private:
  void wipe() noexcept {
    // volatile: a compiler leaves out writes to what is about to be freed.
    volatile char* const bytes = text_.data();
    for (std::size_t i = 0; i < text_.size(); ++i) bytes[i] = '\0';
    text_.clear();
  }

  std::string text_;
};

}  // namespace corral::cloudflare

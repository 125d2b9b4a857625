#pragma once

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace corral::serve {

/// What a server needs for TLS 1.2 and 1.3: its certificate and key. Any number of threads may use it.
class TlsContext {
 public:
  /// Reads both from files in PEM; the certificate may be followed by those of the authorities between.
  /// Throws invalid_input, naming the file, if one cannot be read or they do not belong together.
  TlsContext(const std::string& certificate_file, const std::string& key_file);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  [[nodiscard]] ssl_ctx_st* get() const noexcept { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const noexcept;
  };
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

}  // namespace corral::serve

#include "backends/cloudflare/form_data.hpp"

#include <utility>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"

namespace corral::cloudflare {

// Random, so that no content can hold it.
FormData::FormData() : boundary_("corral-" + random_hex(16)) {}

void FormData::add(std::string_view name, std::string_view content,
                   std::optional<std::string_view> filename) {
  body_ += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"", boundary_, name);
  if (filename)
    body_ += fmt::format("; filename=\"{}\"\r\nContent-Type: application/octet-stream", *filename);
  body_ += "\r\n\r\n";
  body_ += content;
  body_ += "\r\n";
}

std::string FormData::content_type() const {
  return "multipart/form-data; boundary=" + boundary_;
}

std::string FormData::finish() {
  body_ += fmt::format("--{}--\r\n", boundary_);
  return std::move(body_);
}

}  // namespace corral::cloudflare

#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "backends/access_keys.hpp"
#include "backends/files/file_stamp.hpp"

namespace corral {

/// The keys and the token of a state folder in a file that only its owner can read (docs/formats.md).
class AccessFile final : public AccessKeys {
 public:
  /// `lock` is held while the file changes. `given_token`: that of the environment.
  AccessFile(std::filesystem::path file, std::filesystem::path lock,
             std::optional<std::string> given_token = std::nullopt)
      : file_(std::move(file)), lock_(std::move(lock)), given_token_(std::move(given_token)) {}

  std::vector<AccessKey> list() override;
  std::optional<AccessKey> find(std::string_view id) override;
  void add(const AccessKey& key) override;
  bool remove(std::string_view id) override;
  std::optional<std::string> given_token() override { return given_token_; }
  std::string token() override;
  void set_token(const std::string& token) override;

 private:
  struct Content {
    std::string token;
    std::vector<AccessKey> keys;
  };

  /// The content of the file; empty if the file does not exist. Throws `corrupt`, and `unavailable` for a
  /// newer version.
  const Content& read();
  [[nodiscard]] Content load() const;
  void save(const Content& content) const;
  /// Changes the file under its lock, unless `change` returns false.
  bool edit(const std::function<bool(Content&)>& change);

  std::filesystem::path file_;
  std::filesystem::path lock_;
  std::optional<std::string> given_token_;
  Content content_;
  std::optional<std::string> stamp_;  ///< of the file when it was read; nullopt: to be read again
};

}  // namespace corral

#include "backends/cloudflare/identity.hpp"

#include <utility>

#include "backends/error.hpp"

namespace corral::cloudflare {

namespace {

class CloudflareIdentity final : public Identity {
 public:
  explicit CloudflareIdentity(std::shared_ptr<Session> session) : session_(std::move(session)) {}

  std::optional<CredentialInUse> credential() override {
    const Credential* const found = session_->credential();
    if (found == nullptr) return std::nullopt;
    return found->about;
  }

  TokenOwner token_owner() override {
    try {
      session_->api().call({.path = "/user/tokens/verify"});
      return TokenOwner::user;
    } catch (const ApiError& error) {
      if (error.kind() != ErrorKind::denied) throw;
      return TokenOwner::account;
    }
  }

  std::optional<std::string> email() override {
    const Credential* const found = session_->credential();
    if (found != nullptr && found->about.email) return found->about.email;
    try {
      std::string email = text_of(session_->api().call({.path = "/user"}).result, "email");
      if (email.empty()) return std::nullopt;
      return email;
    } catch (const ApiError& error) {
      if (error.kind() != ErrorKind::denied) throw;
      return std::nullopt;
    }
  }

  std::vector<Account> accounts() override { return session_->accounts(); }

  std::optional<AccountInUse> account(const std::vector<Account>& reachable) override {
    return session_->known_account(reachable);
  }

 private:
  std::shared_ptr<Session> session_;
};

}  // namespace

std::unique_ptr<Identity> open_identity(std::shared_ptr<Session> session) {
  return std::make_unique<CloudflareIdentity>(std::move(session));
}

}  // namespace corral::cloudflare

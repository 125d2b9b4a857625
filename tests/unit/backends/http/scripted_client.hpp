#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backends/bytes/byte_stream.hpp"
#include "backends/http/client.hpp"

namespace corral::testing {

/// What a scripted client answers with.
struct ScriptedAnswer {
  int status = 200;
  std::string body = {};
  std::vector<http::Header> headers = {};
  std::optional<http::Failure> failure = std::nullopt;
};

/// A client that sends nothing: it answers from a list and remembers what it was asked.
class ScriptedClient final : public http::Client {
 public:
  struct Seen {
    std::string method;
    std::string address;
    std::vector<http::Header> headers;
    std::string body;
  };

  explicit ScriptedClient(std::deque<ScriptedAnswer> answers) : answers_(std::move(answers)) {}

  std::unique_ptr<http::Response> send(const http::Request& request) override {
    Seen one{request.method, request.url.authority() + request.url.target, request.headers, {}};
    if (request.body != nullptr) one.body = read_all(*request.body, 1U << 20U, "the body");
    seen.push_back(std::move(one));
    if (answers_.empty()) throw http::ConnectionError(http::Failure::not_sent, "nothing scripted", "");
    ScriptedAnswer answer = std::move(answers_.front());
    answers_.pop_front();
    if (answer.failure) throw http::ConnectionError(*answer.failure, "scripted failure", "its hint");
    return std::make_unique<Answer>(std::move(answer));
  }

  std::vector<Seen> seen;

 private:
  class Answer final : public http::Response {
   public:
    explicit Answer(ScriptedAnswer answer) : answer_(std::move(answer)), body_(answer_.body) {}
    [[nodiscard]] int status() const override { return answer_.status; }
    [[nodiscard]] const std::vector<http::Header>& headers() const override { return answer_.headers; }
    ByteSource& body() override { return body_; }

   private:
    ScriptedAnswer answer_;
    OwnedSource body_;
  };

  std::deque<ScriptedAnswer> answers_;
};

}  // namespace corral::testing

#include <cerrno>
#include <exception>
#include <thread>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/http/client.hpp"
#include "commands/queues/delivery.hpp"

namespace corral::queues {

namespace {

constexpr std::uint64_t max_answer_bytes = std::uint64_t{16} << 20U;

DeliveryResult send(http::Client& client, const http::Url& url, std::string_view body) {
  DeliveryResult result;
  try {
    MemorySource source(body);
    const auto response = client.send(
        {.method = "POST", .url = url, .headers = {{"Content-Type", "application/json"}}, .body = &source});
    result.answer = read_all(response->body(), max_answer_bytes, "the answer");
    result.succeeded = http::is_success(response->status());
    if (!result.succeeded) result.reason = fmt::format("HTTP status {}", response->status());
  } catch (const http::ConnectionError& error) {
    result.reached = error.may_have_arrived();
    result.reason = error.message();
    result.hint = error.hint();
  } catch (const std::exception& error) {
    result.reason = error.what();
  }
  return result;
}

/// A request in a thread of its own, which closes a pipe when it has ended.
class Post final : public Delivery {
 public:
  Post(http::Client& client, const http::Url& url, std::string body) {
    Pipe pipe = make_pipe();
    ended_ = std::move(pipe.reading);
    working_ = std::move(pipe.writing);
    thread_ = std::thread([this, &client, url, body = std::move(body)] {
      result_ = send(client, url, body);
      working_ = FileDescriptor();
    });
  }
  Post(const Post&) = delete;
  Post& operator=(const Post&) = delete;
  ~Post() override {
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] std::vector<pollfd> waits() const override { return {{ended_.get(), POLLIN, 0}}; }

  bool step() override {
    if (!thread_.joinable()) return true;
    pollfd ended{ended_.get(), POLLIN, 0};
    if (::poll(&ended, 1, 0) <= 0) return false;
    thread_.join();
    return true;
  }

  DeliveryResult result() override { return std::move(result_); }

 private:
  FileDescriptor ended_;
  FileDescriptor working_;
  DeliveryResult result_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Delivery> post(http::Client& client, const http::Url& url, std::string body) {
  return std::make_unique<Post>(client, url, std::move(body));
}

}  // namespace corral::queues

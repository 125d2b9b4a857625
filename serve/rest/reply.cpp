#include "serve/rest/reply.hpp"

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "commands/text/json_text.hpp"

namespace corral::serve::rest {

namespace {

constexpr const char* json_type = "application/json";
constexpr std::string_view envelope_start = R"({"success":true,"errors":[],"messages":[],"result":)";
constexpr std::string_view envelope_end = "}";

/// A source between two texts.
class EnvelopeSource final : public ByteSource {
 public:
  explicit EnvelopeSource(std::unique_ptr<ByteSource> content) : content_(std::move(content)) {}

  std::size_t read(std::span<char> buffer) override {
    if (const std::size_t count = start_.read(buffer)) return count;
    if (const std::size_t count = content_->read(buffer)) return count;
    return end_.read(buffer);
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override {
    const auto content = content_->remaining();
    if (!content) return std::nullopt;
    return *content + start_.remaining().value_or(0) + end_.remaining().value_or(0);
  }

 private:
  MemorySource start_{envelope_start};
  std::unique_ptr<ByteSource> content_;
  MemorySource end_{envelope_end};
};

}  // namespace

Response success(const Json& result, const Json& result_info) {
  Json envelope{{"success", true}, {"errors", Json::array()}, {"messages", Json::array()}};
  envelope["result"] = result;
  if (!result_info.is_null()) envelope["result_info"] = result_info;
  return text_response(200, json_type, json_text(envelope, 0));
}

Response success_with(std::unique_ptr<ByteSource> result) {
  Response response;
  response.add("content-type", json_type);
  response.body = std::make_unique<EnvelopeSource>(std::move(result));
  return response;
}

Response failure(const Refusal& refusal) {
  Json envelope{{"success", false}};
  envelope["errors"] = Json::array({Json{{"code", refusal.code()}, {"message", refusal.message()}}});
  envelope["messages"] = Json::array();
  envelope["result"] = nullptr;
  Response response = text_response(refusal.status(), json_type, json_text(envelope, 0));
  if (refusal.status() == 503) response.add("retry-after", "1");
  response.problem = std::to_string(refusal.code());
  return response;
}

}  // namespace corral::serve::rest

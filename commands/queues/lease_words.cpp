#include "commands/queues/lease_words.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"

namespace corral::queues {

namespace {

constexpr std::uint64_t max_input_bytes = 64U << 20U;

class SettlementReader {
 public:
  SettlementReader(Settlement::Kind kind, UnixMillis delay) : kind_(kind), delay_(delay) {}

  void add(std::string lease) { found_.push_back({std::move(lease), kind_, delay_}); }

  void read_json(const Json& json) {
    if (json.is_array()) {
      for (const auto& one : json) add_object(one, kind_);
      return;
    }
    if (json.contains("lease_id")) add_object(json, kind_);
    for (const auto& [name, kind] : {std::pair{"messages", kind_}, std::pair{"acks", Settlement::Kind::ack},
                                     std::pair{"retries", Settlement::Kind::retry}}) {
      const auto* const list = json.find(name);
      if (list == json.end()) continue;
      if (!list->is_array())
        throw Error(ErrorKind::invalid_input, fmt::format("\"{}\" on standard input is not an array", name));
      for (const auto& one : *list) add_object(one, kind);
    }
  }

  void read_lines(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      std::string_view line = text.substr(0, end);
      while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
      if (!line.empty()) add(std::string(line));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
  }

  std::vector<Settlement> take() { return std::move(found_); }

 private:
  void add_object(const Json& one, Settlement::Kind kind) {
    if (one.is_string()) {
      found_.push_back({one.get<std::string>(), kind, delay_});
      return;
    }
    if (!one.is_object() || !one.contains("lease_id") || !one["lease_id"].is_string())
      throw Error(ErrorKind::invalid_input, "an item on standard input has no \"lease_id\"");
    Settlement settlement{one["lease_id"].get<std::string>(), kind, delay_};
    const auto* const delay = one.find("delay_seconds");
    if (kind == Settlement::Kind::retry && delay != one.end() && delay->is_number())
      settlement.delay = static_cast<UnixMillis>(
          std::clamp(delay->get<double>() * 1000, 0.0, static_cast<double>(queue_max_delay)));
    found_.push_back(std::move(settlement));
  }

  Settlement::Kind kind_;
  UnixMillis delay_;
  std::vector<Settlement> found_;
};

}  // namespace

std::vector<Settlement> read_settlements(Context& context, const std::vector<std::string>& words,
                                         Settlement::Kind kind, UnixMillis delay) {
  SettlementReader reader(kind, delay);
  const bool from_input = words.empty() || (words.size() == 1 && words.front() == "-");
  if (!from_input) {
    for (const std::string& word : words) reader.add(word);
    return reader.take();
  }
  if (words.empty() && context.in().is_terminal()) {
    throw Error(ErrorKind::usage, "no lease was given",
                "give the lease_ids that 'pull' printed, or its output on standard input");
  }
  const std::string text = read_all(context.in().standard_input(), max_input_bytes, "standard input");
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string::npos) return {};
  if (text[start] == '{' || text[start] == '[') {
    reader.read_json(parse_json(text, "standard input"));
  } else {
    reader.read_lines(text);
  }
  return reader.take();
}

}  // namespace corral::queues

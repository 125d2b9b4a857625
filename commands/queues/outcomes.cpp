#include "commands/queues/outcomes.hpp"

#include <algorithm>
#include <optional>

#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"

namespace corral::queues {

namespace {

struct Outcome {
  std::optional<std::string> id;  ///< nullopt: all remaining messages
  Settlement::Kind kind = Settlement::Kind::ack;
  UnixMillis delay = 0;
};

std::optional<Outcome> outcome_of(std::string_view line, UnixMillis default_delay) {
  const std::size_t start = line.find_first_not_of(" \t");
  if (start == std::string_view::npos || line[start] != '{') return std::nullopt;
  const auto json = json_if_valid(line);
  if (!json || !json->is_object()) return std::nullopt;
  const auto* const word = json->find("outcome");
  if (word == json->end() || !(*word == "ack" || *word == "retry")) return std::nullopt;
  Outcome outcome;
  const auto* const id = json->find("id");
  if (id != json->end()) {
    if (!id->is_string()) return std::nullopt;
    outcome.id = id->get<std::string>();
  }
  if (*word == "ack") return outcome;
  outcome.kind = Settlement::Kind::retry;
  outcome.delay = default_delay;
  const auto* const delay = json->find("delay_seconds");
  if (delay != json->end() && delay->is_number()) {
    const double milliseconds = delay->get<double>() * 1000;
    outcome.delay =
        static_cast<UnixMillis>(std::clamp(milliseconds, 0.0, static_cast<double>(queue_max_delay)));
  }
  return outcome;
}

}  // namespace

Outcomes read_outcomes(std::string_view answer, Settlement::Kind otherwise,
                       const std::vector<QueueMessage>& messages, UnixMillis delay) {
  std::vector<std::optional<Outcome>> said(messages.size());
  Outcomes outcomes;
  while (!answer.empty()) {
    const std::size_t end = std::min(answer.find('\n'), answer.size() - 1);
    const std::string_view line = answer.substr(0, end + 1);
    answer.remove_prefix(end + 1);
    const auto outcome = outcome_of(line, delay);
    if (!outcome) {
      outcomes.remainder += line;
      continue;
    }
    for (std::size_t i = 0; i < messages.size(); ++i) {
      if (!said[i] && (!outcome->id || *outcome->id == messages[i].id)) said[i] = outcome;
    }
  }
  for (std::size_t i = 0; i < messages.size(); ++i) {
    Settlement settlement{messages[i].lease_id, otherwise, otherwise == Settlement::Kind::retry ? delay : 0};
    if (said[i]) {
      settlement.kind = said[i]->kind;
      settlement.delay = said[i]->delay;
    }
    outcomes.settlements.push_back(std::move(settlement));
  }
  return outcomes;
}

}  // namespace corral::queues

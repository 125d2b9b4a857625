// Runs commands and makes their system calls fail, or kills them there.
//
//   corral_fault_injector [--at N --fault FAULT] -- COMMAND...
//
// runs COMMAND with FAULT at its Nth call that changes something, passes on what it writes, and lists the
// calls on standard error; without --at, nothing goes wrong.
//
//   corral_fault_injector --serve
//
// reads a job a line as JSON from standard input ("command" and "environment": arrays; "folder", "input",
// "traced", "at", "fault", "seconds") and answers each with a line: "status", "signal", "injected", "hangs",
// "out", "words", "calls", or "error".
#include <cstdio>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/crash/fault_injector/tracer.hpp"

using corral::testing::Fault;
using corral::testing::Job;
using corral::testing::Run;
using nlohmann::json;

namespace {

constexpr int own_failure = 125;

Fault fault_named(const std::string& name) {
  const auto fault = corral::testing::parse_fault(name);
  if (!fault) throw std::invalid_argument("there is no fault \"" + name + "\"");
  return *fault;
}

Job job_of(const json& text) {
  Job job;
  job.command = text.at("command").get<std::vector<std::string>>();
  job.folder = text.value("folder", "");
  job.environment = text.at("environment").get<std::vector<std::string>>();
  job.input = text.value("input", "");
  job.is_traced = text.value("traced", true);
  job.at = text.value("at", std::uint64_t{0});
  if (job.at != 0) job.fault = fault_named(text.at("fault").get<std::string>());
  job.seconds = text.value("seconds", job.seconds);
  return job;
}

json answer_of(const Run& run) {
  json calls = json::array();
  for (const auto& call : run.calls)
    calls.push_back(
        {{"name", call.name}, {"kind", call.kind}, {"target", call.target}, {"count", call.count}});
  return {{"status", run.status}, {"signal", run.signal}, {"injected", run.is_injected},
          {"hangs", run.hangs},   {"out", run.out},       {"words", run.words},
          {"calls", calls}};
}

int serve() {
  for (std::string line; std::getline(std::cin, line);) {
    json answer;
    try {
      answer = answer_of(corral::testing::run_job(job_of(json::parse(line))));
    } catch (const std::exception& error) {
      answer = {{"error", error.what()}};
    }
    std::cout << answer.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
  }
  return 0;
}

Job job_of_words(const std::vector<std::string>& words) {
  Job job;
  std::size_t i = 0;
  for (; i + 1 < words.size() && words[i] != "--"; i += 2) {
    if (words[i] == "--at") {
      job.at = std::stoul(words[i + 1]);
    } else if (words[i] == "--fault") {
      job.fault = fault_named(words[i + 1]);
    } else {
      throw std::invalid_argument("there is no option \"" + words[i] + "\"");
    }
  }
  if (i + 1 >= words.size()) throw std::invalid_argument("usage: [--at N --fault FAULT] -- COMMAND...");
  job.command.assign(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
  for (char** variable = environ; *variable != nullptr; ++variable) job.environment.emplace_back(*variable);
  return job;
}

int run_once(const std::vector<std::string>& words) {
  const Job job = job_of_words(words);
  const Run run = corral::testing::run_job(job);
  std::cout << run.out;
  std::cerr << run.words;
  for (std::size_t i = 0; i < run.calls.size(); ++i) {
    const auto& call = run.calls[i];
    std::cerr << (i + 1 == job.at ? (run.is_injected ? "=> " : "(no such fault here) ") : "   ") << i + 1
              << " " << call.name << " " << call.target << "\n";
  }
  return run.signal != 0 ? 128 + run.signal : run.status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> words(argv + 1, argv + argc);
    return words == std::vector<std::string>{"--serve"} ? serve() : run_once(words);
  } catch (const std::exception& error) {
    std::cerr << "corral_fault_injector: " << error.what() << "\n";
    return own_failure;
  }
}

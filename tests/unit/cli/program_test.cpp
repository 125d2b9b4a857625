#include "cli/program.hpp"

#include <csignal>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/run_process.hpp"
#include "tests/unit/cli/made_up_commands.hpp"

namespace corral::testing {

TEST_CASE("an error goes to stderr with its hint, after the data that came before it") {
  const RunResult result = run({"fail"});
  CHECK(result.status == 1);
  CHECK(result.out == "before\n");
  CHECK(result.err == "corral: no \"x\" in \"y\"\nlook elsewhere\n");
}

TEST_CASE("with --json an error is one line of JSON") {
  const RunResult result = run({"fail", "--json"});
  CHECK(result.status == 1);
  const auto json = nlohmann::json::parse(result.err);
  CHECK(json["error"]["kind"] == "not_found");
  CHECK(json["error"]["message"] == "no \"x\" in \"y\"");
  CHECK(json["error"]["hint"] == "look elsewhere");
  CHECK(nlohmann::json::parse(run({"--json", "shwo"}).err)["error"]["kind"] == "usage");
}

TEST_CASE("what is not foreseen is still a clear error") {
  CHECK(run({"crash"}).status == 1);
  CHECK(run({"crash"}).err.find("bad\\x1b[31m luck") != std::string::npos);
  CHECK(run({"crash", "--memory"}).err == "corral: there is not enough memory for this\n");
}

TEST_CASE("a check that found something ends with 3") {
  const RunResult result = run({"check"});
  CHECK(result.status == 3);
  CHECK(result.out == "found\n");
  CHECK(result.err.empty());
}

TEST_CASE("a closed stdout ends quietly, a full one does not") {
  const ProcessResult closed = run_process({.command = {MADE_UP_PROGRAM, "note"}, .close_stdout = true});
  CHECK(closed.status == 0);
  CHECK(closed.err == "a note\nwarning: a warning\n");
  const ProcessResult full =
      run_process({.command = {"sh", "-c", std::string(MADE_UP_PROGRAM) + " show a >/dev/full"}});
  CHECK(full.status == 1);
  CHECK(full.err.find("corral: cannot write to stdout: No space left on device") == 0);
}

TEST_CASE(
    "a command that changes something goes on without its output, and says at the end that it is done") {
  const auto with = [](const std::string& arguments) {
    return run_process({.command = {"sh", "-c", std::string(MADE_UP_PROGRAM) + " " + arguments}});
  };
  const std::string done =
      "cannot write to stdout: No space left on device; the command was carried out and its changes are "
      "stored, "
      "only its output is missing";
  const ProcessResult full = with("edit >/dev/full");
  CHECK(full.status == 1);
  CHECK(full.err == "changed\ncorral: " + done + "\n");
  const ProcessResult as_json = with("edit --json >/dev/full");
  CHECK(as_json.status == 1);
  CHECK(nlohmann::json::parse(as_json.err)["error"]["message"] == done);
  const ProcessResult checked = with("check >/dev/full");
  CHECK(checked.status == 3);
  CHECK(checked.err == "corral: " + done + "\n");
  const ProcessResult gone = run_process({.command = {MADE_UP_PROGRAM, "edit"}, .close_stdout = true});
  CHECK(gone.status == 0);
  CHECK(gone.err == "changed\n");
  // The final message reflects this run: one that fails, or only reads this time, has not done the work.
  CHECK(with("fail >/dev/full").err.find("carried out") == std::string::npos);
  CHECK(with("edit --dry-run >/dev/full").err == "corral: cannot write to stdout: No space left on device\n");
  const ProcessResult taken_back = with("edit --or-not >/dev/full");
  CHECK(taken_back.status == 1);
  CHECK(taken_back.err == "changed\ntook it back\ncorral: cannot write to stdout: No space left on device\n");
}

TEST_CASE("with --json nothing but what is wrong goes to stderr") {
  CHECK(run({"note", "--json"}).err == "warning: a warning\n");
  CHECK(run({"count", "--json"}).err.empty());
}

TEST_CASE("streams that the caller closed are not mistaken for files") {
  const auto with = [](const std::string& arguments) {
    return run_process({.command = {"sh", "-c", "exec " + std::string(MADE_UP_PROGRAM) + " " + arguments}});
  };
  const ProcessResult no_out = with("show a >&-");
  CHECK(no_out.status == 1);
  CHECK(no_out.err == "corral: cannot write to stdout: Bad file descriptor\n");
  CHECK(with("wait <&-").err.find("cannot read standard input") != std::string::npos);
  CHECK(with("show a 2>&-").out == "first=a\n");
}

TEST_CASE("SIGINT and SIGTERM end a command that reads or works with 130") {
  for (const int signal : {SIGINT, SIGTERM}) {
    for (const char* how : {"--no-busy", "--busy"}) {
      const ProcessResult waiting =
          run_process({.command = {MADE_UP_PROGRAM, "wait", how}, .keep_stdin_open = true, .signal = signal});
      CHECK(waiting.status == 130);
      CHECK(waiting.err == "waiting\ncorral: interrupted\n");
    }
  }
}

TEST_CASE("the built program answers") {
  const ProcessResult version = run_process({.command = {CORRAL_PROGRAM, "--version"}});
  CHECK(version.status == 0);
  CHECK(version.out == "0.1.0\n");
  const ProcessResult help = run_process({.command = {CORRAL_PROGRAM, "help", "--json"}});
  CHECK(nlohmann::json::parse(help.out)["command"] == "corral");
  CHECK(run_process({.command = {CORRAL_PROGRAM, "no-such-command"}}).status == 1);
}

}  // namespace corral::testing

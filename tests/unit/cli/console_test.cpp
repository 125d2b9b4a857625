#include "cli/console.hpp"

#include <string>

#include <doctest/doctest.h>

#include "cli/progress_line.hpp"
#include "tests/command_line/run_process.hpp"
#include "tests/fake_clock.hpp"
#include "tests/has.hpp"
#include "tests/unit/cli/made_up_commands.hpp"

namespace corral::testing {

namespace {

constexpr TerminalStreams everything{.in = true, .out = true, .err = true};

ProcessResult on_terminal(const std::string& command, const std::string& input = {},
                          std::vector<std::pair<std::string, std::string>> environment = {}) {
  environment.insert(environment.begin(), {{"TERM", "xterm"}, {"NO_COLOR", ""}, {"FORCE_COLOR", ""}});
  return run_process({.command = {MADE_UP_PROGRAM, command},
                      .input = input,
                      .environment = environment,
                      .terminal = everything});
}

}  // namespace

TEST_CASE("numbers in a progress line are written for people") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(1234567) == "1,234,567");
  CHECK(human_bytes(1023) == "1023 B");
  CHECK(human_bytes(1536) == "1.5 KiB");
  CHECK(human_bytes(26214400) == "25.0 MiB");
  CHECK(progress_text("Writing", 3200, 10000, ProgressUnit::items, 1200) ==
        "Writing  3,200 / 10,000  32%  1,200/s");
  CHECK(progress_text("Reading", 2048, 0, ProgressUnit::bytes, 0) == "Reading  2.0 KiB");
}

TEST_CASE("in a pipe there is neither colour nor a width") {
  const RunResult result = run({"note"});
  CHECK(result.out == "data\n0 wide\n");
  CHECK(result.err == "a note\nwarning: a warning\n");
}

TEST_CASE("on a terminal there is colour, unless NO_COLOR; FORCE_COLOR wins") {
  const ProcessResult plain = on_terminal("note");
  CHECK(has(plain.screen, "colour\r\n80 wide\r\nfor a person\r\n"));
  CHECK(has(plain.screen, "\x1b[33mwarning:\x1b[0m a warning"));
  CHECK(has(plain.screen, "data\r\na note\r\n"));
  CHECK_FALSE(has(on_terminal("note", {}, {{"NO_COLOR", "1"}}).screen, "\x1b["));
  CHECK(has(on_terminal("note", {}, {{"NO_COLOR", "1"}, {"FORCE_COLOR", "1"}}).screen, "\x1b[33m"));
  CHECK_FALSE(has(on_terminal("note", {}, {{"TERM", "dumb"}}).screen, "\x1b["));
  const ProcessResult forced =
      run_process({.command = {MADE_UP_PROGRAM, "note"}, .environment = {{"FORCE_COLOR", "1"}}});
  CHECK(has(forced.out, "colour\n0 wide"));
}

TEST_CASE("--json is never for a person") {
  const ProcessResult result =
      run_process({.command = {MADE_UP_PROGRAM, "note", "--json"}, .terminal = everything});
  CHECK_FALSE(has(result.screen, "for a person"));
}

TEST_CASE("a question is asked on a terminal only, and anything but yes is no") {
  CHECK(has(on_terminal("ask", "y\n").screen, "deleted"));
  CHECK(has(on_terminal("ask", " YES \n").screen, "deleted"));
  for (const char* answer : {"n\n", "\n", "", "yep\n"}) {
    const ProcessResult result = on_terminal("ask", answer);
    CHECK(result.status == 1);
    CHECK(has(result.screen, "Delete everything? [y/N]"));
    CHECK(has(result.screen, "nothing was changed"));
    CHECK_FALSE(has(result.screen, "deleted"));
  }
  const RunResult unasked = run({"ask"}, "y\n");
  CHECK(unasked.status == 1);
  CHECK(has(unasked.err, "add --force"));
  CHECK(run({"ask", "--force"}).out == "deleted\n");
}

TEST_CASE("progress is drawn at most ten times a second, makes way for notes and is wiped") {
  const ProcessResult result = on_terminal("count");
  CHECK(has(result.screen, "\rCounting  "));
  CHECK(has(result.screen, " / 10,000"));
  CHECK(has(result.screen, "\r\x1b[Khalf done\r\n"));
  CHECK(result.screen.ends_with("counted\r\n"));
  // Of eleven counts, one each 60 ms, those after 240, 360, 480 and 600 ms.
  int drawn = 0;
  for (std::size_t at = 0; (at = result.screen.find(" / 10,000", at)) != std::string::npos; ++at) ++drawn;
  CHECK(drawn == 4);
  const std::size_t last_wipe = result.screen.rfind("\r\x1b[K");
  CHECK(result.screen.substr(last_wipe) == "\r\x1b[Kcounted\r\n");
  const RunResult piped = run({"count"});
  CHECK(piped.err == "half done\n");
}

TEST_CASE("a line is read up to its end, and a too long one is refused") {
  CHECK(run({"wait"}, "hello\r\nworld\n").out == "read hello\n");
  CHECK(run({"wait"}, "").out == "read \n");
  CHECK(run({"wait"}, std::string(100'000, 'x')).status == 1);
}

TEST_CASE("what is written comes out whole and in order") {
  std::FILE* file = std::tmpfile();
  const FixedEnvironment environment;
  const FakeClock clock;
  std::string expected;
  {
    Console console({0, fileno(file), 2}, environment, clock);
    for (std::size_t i = 0; i < 300; ++i) {
      const std::string piece(i * 777 % 90'000, static_cast<char>('a' + i % 26));
      console.data(piece);
      expected += piece;
    }
    console.flush();
  }
  std::rewind(file);
  std::string written(expected.size() + 1, '\0');
  written.resize(std::fread(written.data(), 1, written.size(), file));
  static_cast<void>(std::fclose(file));
  CHECK(written == expected);
}

}  // namespace corral::testing

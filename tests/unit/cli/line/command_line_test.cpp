#include "cli/line/command_line.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/cli/made_up_commands.hpp"

namespace corral::testing {

namespace {

std::string shown_by(const std::vector<std::string>& words) {
  std::vector<std::string> line{"show"};
  line.insert(line.end(), words.begin(), words.end());
  const RunResult result = run(line);
  CHECK_MESSAGE(result.status == 0, result.err);
  return result.out;
}

std::string error_of(const std::vector<std::string>& words) {
  const RunResult result = run(words);
  CHECK(result.status == 1);
  CHECK(result.out.empty());
  return result.err;
}

}  // namespace

TEST_CASE("boolean flags take wrangler's forms") {
  CHECK(shown_by({"a"}) == "first=a\n");
  CHECK(shown_by({"a", "--preview"}) == "first=a\npreview=true\n");
  CHECK(shown_by({"a", "--preview", "false"}) == "first=a\npreview=false\n");
  CHECK(shown_by({"a", "--preview=false"}) == "first=a\npreview=false\n");
  CHECK(shown_by({"a", "--no-preview"}) == "first=a\npreview=false\n");
  CHECK(shown_by({"a", "--no-preview", "false"}) == "first=a\npreview=true\n");
  CHECK(shown_by({"--preview", "true", "a"}) == "first=a\npreview=true\n");
  CHECK(shown_by({"--preview", "a"}) == "first=a\npreview=true\n");
  CHECK(shown_by({"a", "--preview", "--no-preview"}) == "first=a\npreview=false\n");
  CHECK(shown_by({"a", "-y"}) == "first=a\nforce\n");
  CHECK(shown_by({"a", "-y", "false"}) == "first=a\n");
  CHECK(shown_by({"a", "-y=true"}) == "first=a\nforce\n");
  CHECK(shown_by({"a", "--force", "--no-force"}) == "first=a\n");
  CHECK(shown_by({"a", "--no-data"}) == "first=a\nno-data\n");
  CHECK(shown_by({"a", "--no-data", "false"}) == "first=a\n");
  CHECK(error_of({"show", "a", "--preview=maybe"}).find("--preview takes true or false") !=
        std::string::npos);
}

TEST_CASE("flags may be written long, short, joined, in camelCase, before and after words") {
  CHECK(shown_by({"--namespace-id", "x", "a"}) == "first=a\nnamespace-id=x\n");
  CHECK(shown_by({"a", "--namespaceId", "x"}) == "first=a\nnamespace-id=x\n");
  CHECK(shown_by({"a", "--namespaceId=x"}) == "first=a\nnamespace-id=x\n");
  CHECK(shown_by({"a", "-p", "f"}) == "first=a\npath=f\n");
  CHECK(shown_by({"a", "-pf"}) == "first=a\npath=f\n");
  CHECK(shown_by({"a", "-p=f"}) == "first=a\npath=f\n");
  CHECK(shown_by({"a", "-y0l5"}) == "first=a\nlimit=5\nforce\nzero\n");
  CHECK(shown_by({"a", "--table", "x", "y", "--table=z", "--force"}) ==
        "first=a\ntable=x\ntable=y\ntable=z\nforce\n");
  CHECK(shown_by({"--table", "x", "--", "a"}) == "first=a\ntable=x\n");
}

TEST_CASE("values arrive byte for byte") {
  for (const std::string value :
       {"",         " ",    "a b",        "a=b",   "a,b", "a\nb", "[1,2]", "[]", "{}",   "{\"a\":[1,2]}",
        "%x",       "%%",   "\"quoted\"", "'q'",   "`b`", "\\n",  "true",  "kv", "help", "-",
        "\xff\xfe", "ключ", "#c",         "@file", "[a"}) {
    CAPTURE(value);
    CHECK(shown_by({value}) == "first=" + value + "\n");
    CHECK(shown_by({"a", value}) == "first=a\nsecond=" + value + "\n");
    CHECK(shown_by({"a", "--namespace-id", value}) == "first=a\nnamespace-id=" + value + "\n");
    CHECK(shown_by({"a", "--namespace-id=" + value}) == "first=a\nnamespace-id=" + value + "\n");
    CHECK(shown_by({"a", "--table=" + value}) == "first=a\ntable=" + value + "\n");
  }
}

TEST_CASE("words that look like flags go after -- or behind =") {
  CHECK(shown_by({"--", "-a", "--force"}) == "first=-a\nsecond=--force\n");
  CHECK(shown_by({"--", "--", "--"}) == "first=--\nsecond=--\n");
  CHECK(shown_by({"a", "--namespace-id=--force"}) == "first=a\nnamespace-id=--force\n");
  CHECK(shown_by({"-5", "-.5"}) == "first=-5\nsecond=-.5\n");
  CHECK(shown_by({"a", "--ttl", "-5"}) == "first=a\nttl=-5\n");
  CHECK(shown_by({"a", "-0"}) == "first=a\nzero\n");
  CHECK(shown_by({"a", "--", "-0"}) == "first=a\nsecond=-0\n");
  CHECK(error_of({"show", "a", "--namespace-id", "-x"}).find("write --namespace-id=-x") != std::string::npos);
  CHECK(error_of({"show", "a", "--namespace-id", "--", "x"}).find("needs a value") != std::string::npos);
}

TEST_CASE("numbers are checked") {
  CHECK(shown_by({"a", "--limit", "010"}) == "first=a\nlimit=10\n");
  CHECK(shown_by({"a", "--limit", "+7"}) == "first=a\nlimit=7\n");
  CHECK(shown_by({"a", "--ttl", "1e3"}) == "first=a\nttl=1000\n");
  for (const std::string value : {"", "x", "1.5", "0x10", "5 ", " 5", "99999999999999999999", "+-5", "1e3"}) {
    CAPTURE(value);
    CHECK(error_of({"show", "a", "--limit=" + value}).find("--limit must be a whole number") !=
          std::string::npos);
  }
  for (const std::string value : {"", "x", "nan", "inf", "1e999", "0x10"}) {
    CAPTURE(value);
    CHECK(error_of({"show", "a", "--ttl=" + value}).find("--ttl must be a number") != std::string::npos);
  }
}

TEST_CASE("choices are checked and the near one is named") {
  CHECK(shown_by({"a", "--place", "eu"}) == "first=a\nplace=eu\n");
  const std::string error = error_of({"show", "a", "--place", "fedrmap"});
  CHECK(error.find("--place must be one of eu, fedramp, weur, but is \"fedrmap\"") != std::string::npos);
  CHECK(error.find("did you mean \"fedramp\"?") != std::string::npos);
}

TEST_CASE("a mistake is named with what to do") {
  CHECK(error_of({"shwo"}) ==
        "corral: unknown command \"corral shwo\"\n"
        "did you mean \"corral show\"? \"corral --help\" lists the commands\n");
  CHECK(error_of({"kv", "k", "gte", "x"}).find("did you mean \"corral kv key get\"?") != std::string::npos);
  CHECK(error_of({"kv", "lkey"}).find("\"corral kv --help\" lists the commands") != std::string::npos);
  CHECK(error_of({"secre"}).find("secret") == std::string::npos);
  CHECK(error_of({"show", "a", "--namespaec-id=x"}).find("did you mean --namespace-id?") !=
        std::string::npos);
  CHECK(error_of({"show", "a", "--secrte", "x"}).find("--secret?") == std::string::npos);
  CHECK(error_of({"show", "a", "-q"}).find("unknown flag \"-q\" for corral show") != std::string::npos);
  CHECK(error_of({"show"}) == "corral: <first> is missing\nusage: corral show <first> [<second>] [flags]\n");
  CHECK(error_of({"show", "a", "b", "c"}).find("unexpected argument \"c\"") != std::string::npos);
  CHECK(error_of({"show", "a", "--path"}).find("--path needs a value") != std::string::npos);
  CHECK(error_of({"show", "a", "--path", "x", "--path", "y"})
            .find("--path takes one value, but was given \"x\" and \"y\"") != std::string::npos);
  CHECK(error_of({"show", "a", "\x1b[31m", "\x1b[31m"}).find('\x1b') == std::string::npos);
  CHECK(error_of({"--forec", "show", "a"}).find("unknown flag \"--forec\" for corral") != std::string::npos);
}

TEST_CASE("a command of another version, or without its group, leads to today's") {
  const auto hint_of = [](const std::vector<std::string>& words) {
    const std::string error = error_of(words);
    return error.substr(error.find('\n') + 1);
  };
  CHECK(hint_of({"kv:key", "get", "x"}) ==
        "did you mean \"corral kv key get\"? \"corral --help\" lists the commands\n");
  CHECK(hint_of({"keyvalue:k"}).find("\"corral kv key\"?") != std::string::npos);
  CHECK(hint_of({"kv:keys"}).find("did you mean") == std::string::npos);
  CHECK(hint_of({"kv", "get", "x"}).find("did you mean \"corral kv key get\"?") != std::string::npos);
  CHECK(hint_of({"kv", "ls"}).find("did you mean \"corral kv key list\"?") != std::string::npos);
  CHECK(hint_of({"key", "put", "x"}).find("did you mean \"corral kv key put\"?") != std::string::npos);
  CHECK(hint_of({"get", "--limit", "x"}).find("did you mean \"corral kv key get\"?") != std::string::npos);
  CHECK(error_of({"deploy"}) ==
        "corral: \"deploy\" is a command of wrangler that corral does not have\n"
        "corral has the storage commands; run \"wrangler deploy\"\n");
  CHECK(hint_of({"kv", "deploy"}).find("wrangler") == std::string::npos);
}

TEST_CASE("a silent name works and is shown nowhere") {
  CHECK(run({"notes"}).out == run({"note"}).out);
  CHECK(run({}).out.find("notes") == std::string::npos);
  CHECK(run({"help", "--json"}).out.find("\"notes\"") == std::string::npos);
  CHECK(run({"__complete", "--", "not"}).out == "note\tPrint some of everything\n");
  CHECK(error_of({"notess"}).find("notes\"?") == std::string::npos);
}

TEST_CASE("SQL without its flag is recognised") {
  CHECK(error_of({"sql", "db", "select 1"}) ==
        "corral: unexpected argument \"select 1\" for corral sql\ndid you mean --command 'select 1'?\n");
  CHECK(error_of({"sql", "db", "word"}).find("usage: corral sql") != std::string::npos);
}

TEST_CASE("a positional that takes many leaves what the next ones need") {
  CHECK(run({"copy", "a", "b"}).out == "a -> b\n");
  CHECK(run({"copy", "a", "b", "c", "d"}).out == "a|b|c -> d\n");
  CHECK(error_of({"copy", "a"}).find("<target> is missing") != std::string::npos);
}

TEST_CASE("global flags stand anywhere and reach the project") {
  CHECK(run({"kv", "key", "get", "x"}).out == "x of - in top\n");
  CHECK(run({"-e", "prod", "kv", "key", "get", "x"}).out == "x of - in prod\n");
  CHECK(run({"kv", "--env=prod", "keyvalue"}).status == 1);
  CHECK(run({"keyvalue", "-eprod", "k", "get", "x"}).out == "x of - in prod\n");
  CHECK(run({"kv", "key", "get", "x", "--env-file", "a", "--env-file", "b", "-c", "w.toml"}).out ==
        "x of - in top+a+b@w.toml\n");
  CHECK(error_of({"-e", "a", "kv", "key", "get", "x", "--env", "b"}).find("--env takes one value") !=
        std::string::npos);
  CHECK(error_of({"--cwd", "/nowhere/at/all", "note"}).find("/nowhere/at/all") != std::string::npos);
  CHECK(error_of({"kv", "--env"}).find("--env needs a value") != std::string::npos);
}

}  // namespace corral::testing

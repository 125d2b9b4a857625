#include "tests/unit/test_context.hpp"

#include <fstream>
#include <utility>

#include <doctest/doctest.h>

#include "backends/http/client.hpp"
#include "cli/config/config_source.hpp"
#include "cli/line/command_line.hpp"
#include "cli/local_stores.hpp"
#include "commands/command/exit_status.hpp"
#include "tests/fixed_environment.hpp"

namespace corral::testing {

namespace {

class NoProgress final : public Progress {
 public:
  void update(std::uint64_t /*done*/, std::uint64_t /*statements*/) override {}
};

const FixedEnvironment no_environment;

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  bool quoted = false;
  bool inside = false;
  for (const char c : line) {
    if (c == ' ' && !quoted) {
      inside = false;
      continue;
    }
    if (!std::exchange(inside, true)) words.emplace_back();
    if (c == '\'') {
      quoted = !quoted;
    } else {
      words.back() += c;
    }
  }
  return words;
}

}  // namespace

/// Records a command's output and supplies its stdin.
struct TestContext::Console final : public Output, public Input {
  explicit Console(std::string input) : source(std::move(input)) {}

  void data(std::string_view bytes) override { ran.out += bytes; }
  void flush() override {}
  void deliver() override {}
  void only_reads() override {}
  void note(std::string_view line) override { ran.notes.emplace_back(line); }
  void warning(std::string_view line) override { ran.warnings.emplace_back(line); }
  void error(std::string_view message, std::string_view /*hint*/) override {
    ran.warnings.emplace_back(message);
  }
  std::unique_ptr<Progress> progress(std::string_view /*what*/, std::uint64_t /*total*/,
                                     ProgressUnit /*unit*/) override {
    return std::make_unique<NoProgress>();
  }
  [[nodiscard]] bool for_person() const override { return false; }
  [[nodiscard]] bool json_requested() const override { return globals.json; }
  [[nodiscard]] bool data_is_terminal() const override { return false; }
  [[nodiscard]] bool colour() const override { return false; }
  [[nodiscard]] int width() const override { return 0; }

  [[nodiscard]] bool is_terminal() const override { return false; }
  ByteSource& standard_input() override { return source; }
  std::string ask(std::string_view /*question*/) override { return {}; }
  std::unique_ptr<LineEditor> line_editor(std::string_view /*history*/) override { return nullptr; }

  Ran ran;
  GlobalFlags globals;
  OwnedSource source;
};

TestContext::TestContext() : console_(std::make_unique<Console>("")) {}

TestContext::~TestContext() = default;

Ran TestContext::run(std::string_view line, std::string input) {
  std::unique_ptr<Console> outer = std::exchange(console_, std::make_unique<Console>(std::move(input)));
  ++depth_;
  Ran& ran = console_->ran;
  const std::vector<std::string> words = words_of(line);
  try {
    WordReader reader(words);
    const ChosenCommand chosen = choose_command(root_command(all_commands), reader, console_->globals);
    DeclaredCommand leaf(chosen.command);
    read_arguments(chosen, leaf, reader, console_->globals);
    leaf.run()(*this);
  } catch (const CheckFailed&) {
    ran.status = 3;
  } catch (const ExitStatus& status) {
    ran.status = status.value();
  } catch (const Error& error) {
    ran.status = error.kind() == ErrorKind::interrupted ? 130 : 1;
    ran.failure = error;
  }
  std::unique_ptr<Console> done = std::exchange(console_, std::move(outer));
  if (--depth_ == 0) {
    stores_.reset();
    project_.reset();
    interrupted = false;
  }
  return std::move(done->ran);
}

std::string TestContext::output(std::string_view line, std::string input) {
  Ran ran = run(line, std::move(input));
  CAPTURE(line);
  CAPTURE((ran.failure ? ran.failure->message() : std::string()));
  REQUIRE(ran.status == 0);
  return std::move(ran.out);
}

nlohmann::json TestContext::answer(std::string_view line, std::string input) {
  return nlohmann::json::parse(output(line, std::move(input)));
}

void TestContext::write(const std::string& name, std::string_view content) const {
  const std::filesystem::path file = folder() / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << content;
}

ProjectSource& TestContext::project() {
  if (!project_) {
    project_ = std::make_unique<config::ConfigSource>(
        config::ConfigRequest{.working_directory = folder(),
                              .config = {},
                              .environment = {},
                              .env_files = {},
                              .variable = [](const char*) { return std::nullopt; }});
  }
  return *project_;
}

Output& TestContext::out() {
  return *console_;
}

Input& TestContext::in() {
  return *console_;
}

Stores& TestContext::stores(const StateOptions& options) {
  if (!stores_) stores_ = open_local_stores(options, project(), no_environment, time);
  return *stores_;
}

std::unique_ptr<http::Client> TestContext::http_client(http::ClientSettings settings) {
  return http::open_client(no_environment, std::move(settings));
}

Identity& TestContext::identity() {
  throw Error(ErrorKind::denied, "tests in process have no account");
}

namespace {

/// What another thread has: stores of its own, the rest of the context that it was made from.
class ThreadContext final : public Context {
 public:
  ThreadContext(Context& whole, Output& out, std::unique_ptr<Stores> stores)
      : whole_(whole), out_(out), stores_(std::move(stores)) {}
  ProjectSource& project() override { return whole_.project(); }
  Output& out() override { return out_; }
  Input& in() override { return whole_.in(); }
  const Clock& clock() override { return whole_.clock(); }
  Stores& stores(const StateOptions& /*options*/) override { return *stores_; }
  std::unique_ptr<http::Client> http_client(http::ClientSettings settings) override {
    return whole_.http_client(std::move(settings));
  }
  Identity& identity() override { return whole_.identity(); }
  void check_interrupt() override { whole_.check_interrupt(); }
  std::unique_ptr<Context> for_thread(Output& out) override { return whole_.for_thread(out); }

 private:
  Context& whole_;
  Output& out_;
  std::unique_ptr<Stores> stores_;
};

}  // namespace

std::unique_ptr<Context> TestContext::for_thread(Output& out) {
  return std::make_unique<ThreadContext>(*this, out, stores({}).for_thread());
}

void TestContext::check_interrupt() {
  if (interrupted) throw Error(ErrorKind::interrupted, "interrupted");
}

}  // namespace corral::testing
